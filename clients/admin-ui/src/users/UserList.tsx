import BlockOutlined from '@mui/icons-material/BlockOutlined';
import CheckOutlined from '@mui/icons-material/CheckOutlined';
import DeleteOutlined from '@mui/icons-material/DeleteOutlined';
import type { ReactElement } from 'react';
import {
  DataTable,
  type Identifier,
  List,
  ReferenceArrayInput,
  SearchInput,
  SelectArrayInput,
  SelectInput,
  useCanAccess,
  useTranslate,
} from 'react-admin';
import type { UserRecord, UserStatus } from 'ra-data-rolecall';
import { BulkAction } from '../shared/BulkAction';
import { CardList } from '../shared/CardList';
import { EmptyList } from '../shared/EmptyList';
import { ListActions } from '../shared/ListActions';
import { MomentField } from '../shared/Moment';
import { NamesOnDemand } from '../shared/NamesOnDemand';
import { PickMany } from '../shared/Picker';
import { RecordLink } from '../shared/RecordLink';
import { csvExporter } from '../shared/csv';
import { useNarrow } from '../shared/useNarrow';
import { useRolecall } from '../shared/useRolecall';
import { StatusChip } from './StatusChip';
import { fullName } from './names';
import { STATUS_AFTER, stepsOf } from './steps';

const Column = DataTable.Col<UserRecord>;

const STATUSES = (['ACTIVE', 'BLOCKED', 'DELETED'] as const).map(id => ({
  id,
  name: `resources.users.status.${id}`,
}));
const SIGNED_IN = [
  { id: true, name: 'resources.users.filters.never' },
  { id: false, name: 'resources.users.filters.ever' },
];
const filters = (alwaysOn: boolean) => [
  <SearchInput key="search" source="search" alwaysOn />,
  <SelectArrayInput
    key="statuses"
    source="statuses"
    label="resources.users.fields.status"
    choices={STATUSES}
    alwaysOn={alwaysOn}
    sx={{ minWidth: 120 }}
  />,
  <ReferenceArrayInput
    key="groups"
    source="groupIds"
    reference="groups"
    label="resources.users.filters.groupIds"
    alwaysOn={alwaysOn}
  >
    <PickMany label="resources.users.filters.groupIds" optionText="title" sx={{ minWidth: 180 }} />
  </ReferenceArrayInput>,
  <SelectInput
    key="never"
    source="neverSignedIn"
    label="resources.users.fields.lastSignInAt"
    choices={SIGNED_IN}
    alwaysOn={alwaysOn}
    sx={{ minWidth: 150 }}
  />,
];

export function UserList() {
  const translate = useTranslate();
  const narrow = useNarrow();
  const { canAccess: mayBlock } = useCanAccess({ resource: 'users', action: 'block' });
  const { canAccess: mayDelete } = useCanAccess({ resource: 'users', action: 'delete' });
  const { canAccess: mayReadGroups } = useCanAccess({ resource: 'groups', action: 'list' });
  const exporter = csvExporter<UserRecord>('users', {
    [translate('resources.users.fields.email')]: user => user.email,
    [translate('resources.users.fields.firstName')]: user => user.firstName,
    [translate('resources.users.fields.lastName')]: user => user.lastName,
    [translate('resources.users.fields.status')]: user =>
      translate(`resources.users.status.${user.status}`),
    [translate('resources.users.fields.groupIds')]: user =>
      user.groups?.map(({ title }) => title).join('; '),
    [translate('resources.users.fields.lastSignInAt')]: user => user.lastSignInAt,
    [translate('resources.users.fields.createdAt')]: user => user.createdAt,
  });
  const bulk = {
    bulkActionButtons: (mayBlock || mayDelete) && (
      <>
        {mayBlock && <BulkStatus status="BLOCKED" icon={<BlockOutlined />} />}
        <BulkStatus status="ACTIVE" icon={<CheckOutlined />} />
        {mayDelete && <BulkStatus status="DELETED" icon={<DeleteOutlined />} color="error" />}
      </>
    ),
    isRowSelectable: (user: UserRecord) => stepsOf(user).length > 0,
  };
  return (
    <List
      title="resources.users.page.list"
      filters={filters(!narrow).filter(({ key }) => mayReadGroups || key !== 'groups')}
      exporter={exporter}
      actions={<ListActions create="resources.users.page.create" />}
      empty={<EmptyList create="resources.users.page.create" />}
      sort={{ field: 'email', order: 'ASC' }}
      perPage={25}
    >
      {narrow ? (
        <CardList<UserRecord>
          {...bulk}
          name={fullName}
          detail={user => user.email}
          mark={user => user.status !== 'ACTIVE' && <StatusChip status={user.status} />}
        />
      ) : (
        <DataTable<UserRecord> {...bulk} rowClick="edit">
          <Column source="email" render={user => <RecordLink>{user.email}</RecordLink>} />
          <Column source="firstName" />
          <Column source="lastName" />
          <Column source="status" render={user => <StatusChip status={user.status} />} />
          <Column
            label="resources.users.fields.groupIds"
            disableSort
            render={user =>
              user.groups && (
                <NamesOnDemand
                  label="resources.users.group_count"
                  names={user.groups.map(({ title }) => title)}
                />
              )
            }
          />
          <Column source="lastSignInAt" sortByOrder="DESC">
            <MomentField source="lastSignInAt" never="resources.users.never" />
          </Column>
          <Column source="createdAt">
            <MomentField source="createdAt" dayOnly />
          </Column>
        </DataTable>
      )}
    </List>
  );
}

interface BulkStatusProps {
  status: UserStatus;
  icon: ReactElement;
  color?: 'error';
}

function BulkStatus({ status, ...button }: BulkStatusProps) {
  const rolecall = useRolecall();
  const set = (status: UserStatus, ids: Identifier[]) =>
    rolecall.updateMany('users', { ids, data: { status } });
  const restore = (users: UserRecord[]) => {
    const idsOf = (status: UserStatus) =>
      users.filter(user => user.status === status).map(({ id }) => id);
    return Promise.all(STATUSES.map(({ id }) => set(id, idsOf(id))));
  };
  return (
    <BulkAction<UserRecord>
      {...button}
      texts={`resources.users.bulk.${status}`}
      name={user => `${fullName(user)} (${user.email})`}
      may={user => stepsOf(user).some(step => STATUS_AFTER[step] === status)}
      run={ids => set(status, ids)}
      undo={restore}
    />
  );
}
