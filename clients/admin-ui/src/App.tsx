import { lazy, type ReactElement } from 'react';
import {
  Admin,
  CustomRoutes,
  Resource,
  type AuthProvider,
  type DataProvider,
  type I18nProvider,
  type Store,
} from 'react-admin';
import { Route } from 'react-router-dom';
import type { GroupRecord, RoleRecord, UserRecord } from 'ra-data-rolecall';
import { Guarded } from './layout/Guarded';
import { Layout } from './layout/Layout';
import { LoginPage } from './layout/LoginPage';
import { AccessDenied, NotFound } from './layout/NoPage';
import { darkTheme, lightTheme } from './theme';
import { fullName } from './users/names';

const Home = lazy(() => import('./home'));
const UserList = lazy(() => import('./users').then(pages => ({ default: pages.UserList })));
const UserCreate = lazy(() => import('./users').then(pages => ({ default: pages.UserCreate })));
const UserEdit = lazy(() => import('./users').then(pages => ({ default: pages.UserEdit })));
const GroupList = lazy(() => import('./groups').then(pages => ({ default: pages.GroupList })));
const GroupCreate = lazy(() => import('./groups').then(pages => ({ default: pages.GroupCreate })));
const GroupEdit = lazy(() => import('./groups').then(pages => ({ default: pages.GroupEdit })));
const RoleList = lazy(() => import('./roles').then(pages => ({ default: pages.RoleList })));
const RoleCreate = lazy(() => import('./roles').then(pages => ({ default: pages.RoleCreate })));
const RoleEdit = lazy(() => import('./roles').then(pages => ({ default: pages.RoleEdit })));
const AuditList = lazy(() => import('./audit'));
const AccountPage = lazy(() => import('./account'));

const guarded = (resource: string, action: 'list' | 'create', page: ReactElement) => (
  <Guarded resource={resource} action={action}>
    {page}
  </Guarded>
);

interface Props {
  dataProvider: DataProvider;
  authProvider: AuthProvider;
  i18nProvider: I18nProvider;
  store: Store;
}

export function App(providers: Props) {
  return (
    <Admin
      {...providers}
      layout={Layout}
      loginPage={LoginPage}
      dashboard={Home}
      accessDenied={AccessDenied}
      catchAll={NotFound}
      lightTheme={lightTheme}
      darkTheme={darkTheme}
      title="Rolecall"
      requireAuth
      disableTelemetry
    >
      <Resource
        name="users"
        list={guarded('users', 'list', <UserList />)}
        create={guarded('users', 'create', <UserCreate />)}
        edit={UserEdit}
        recordRepresentation={(user: UserRecord) => fullName(user)}
      />
      <Resource
        name="groups"
        list={guarded('groups', 'list', <GroupList />)}
        create={guarded('groups', 'create', <GroupCreate />)}
        edit={GroupEdit}
        recordRepresentation={(group: GroupRecord) => group.title}
      />
      <Resource
        name="roles"
        list={guarded('roles', 'list', <RoleList />)}
        create={guarded('roles', 'create', <RoleCreate />)}
        edit={RoleEdit}
        recordRepresentation={(role: RoleRecord) => role.name}
      />
      <Resource name="auditEvents" list={guarded('auditEvents', 'list', <AuditList />)} />
      <CustomRoutes>
        <Route path="/account" element={<AccountPage />} />
      </CustomRoutes>
    </Admin>
  );
}
