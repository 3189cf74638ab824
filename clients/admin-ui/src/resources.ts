/** What lists exist, as the data package names them. */
export const RESOURCES = ['users', 'groups', 'roles', 'auditEvents'];
