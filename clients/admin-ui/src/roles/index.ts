export { RoleCreate } from './RoleCreate';
export { RoleEdit } from './RoleEdit';
export { RoleList } from './RoleList';
