export { GroupCreate } from './GroupCreate';
export { GroupEdit } from './GroupEdit';
export { GroupList } from './GroupList';
