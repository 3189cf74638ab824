import DeleteOutlined from '@mui/icons-material/DeleteOutlined';
import {
  DataTable,
  List,
  ReferenceArrayInput,
  SearchInput,
  useCanAccess,
  useTranslate,
} from 'react-admin';
import type { GroupRecord } from 'ra-data-rolecall';
import { BulkAction } from '../shared/BulkAction';
import { CardList } from '../shared/CardList';
import { EmptyList } from '../shared/EmptyList';
import { ListActions } from '../shared/ListActions';
import { MomentField } from '../shared/Moment';
import { NamesOnDemand } from '../shared/NamesOnDemand';
import { PickMany } from '../shared/Picker';
import { ProtectedMark } from '../shared/ProtectedMark';
import { RecordLink } from '../shared/RecordLink';
import { csvExporter } from '../shared/csv';
import { useNarrow } from '../shared/useNarrow';
import { useRolecall } from '../shared/useRolecall';

const Column = DataTable.Col<GroupRecord>;

const SEARCH = <SearchInput key="search" source="search" alwaysOn />;
const filters = (alwaysOn: boolean) => [
  SEARCH,
  <ReferenceArrayInput
    key="roles"
    source="roleIds"
    reference="roles"
    label="resources.groups.filters.roleIds"
    alwaysOn={alwaysOn}
  >
    <PickMany label="resources.groups.filters.roleIds" optionText="name" sx={{ minWidth: 240 }} />
  </ReferenceArrayInput>,
];

export function GroupList() {
  const translate = useTranslate();
  const narrow = useNarrow();
  const { canAccess: mayDelete } = useCanAccess({ resource: 'groups', action: 'delete' });
  const { canAccess: mayReadRoles } = useCanAccess({ resource: 'roles', action: 'list' });
  const exporter = csvExporter<GroupRecord>('groups', {
    [translate('resources.groups.fields.title')]: group => group.title,
    [translate('resources.groups.fields.description')]: group => group.description,
    [translate('resources.groups.fields.roleIds')]: group =>
      group.roles?.map(({ name }) => name).join('; '),
    [translate('resources.groups.fields.userCount')]: group => group.userCount,
    [translate('resources.groups.fields.createdAt')]: group => group.createdAt,
  });
  const bulk = {
    bulkActionButtons: mayDelete ? <BulkDelete /> : false,
    isRowSelectable: mayBeDeleted,
  } as const;
  return (
    <List
      title="resources.groups.page.list"
      filters={mayReadRoles ? filters(!narrow) : [SEARCH]}
      exporter={exporter}
      actions={<ListActions create="resources.groups.page.create" />}
      empty={<EmptyList create="resources.groups.page.create" />}
      sort={{ field: 'title', order: 'ASC' }}
      perPage={25}
    >
      {narrow ? (
        <CardList<GroupRecord>
          {...bulk}
          name={group => group.title}
          detail={({ roles, userCount }) =>
            [
              roles && translate('resources.groups.role_count', { smart_count: roles.length }),
              translate('resources.groups.user_count', { smart_count: userCount }),
            ]
              .filter(Boolean)
              .join(', ')
          }
        />
      ) : (
        <DataTable<GroupRecord> {...bulk} rowClick="edit">
          <Column
            source="title"
            render={group => (
              <>
                <RecordLink>{group.title}</RecordLink>
                {group.isProtected && <ProtectedMark />}
              </>
            )}
          />
          <Column
            label="resources.groups.fields.roleIds"
            disableSort
            render={group =>
              group.roles && (
                <NamesOnDemand
                  label="resources.groups.role_count"
                  names={group.roles.map(({ name }) => name)}
                />
              )
            }
          />
          <DataTable.NumberCol source="userCount" />
          <Column source="createdAt">
            <MomentField source="createdAt" dayOnly />
          </Column>
        </DataTable>
      )}
    </List>
  );
}

const mayBeDeleted = (group: GroupRecord) => group.viewerCan.delete;

function BulkDelete() {
  const translate = useTranslate();
  const rolecall = useRolecall();
  return (
    <BulkAction<GroupRecord>
      texts="resources.groups.bulk_delete"
      icon={<DeleteOutlined />}
      color="error"
      name={group => group.title}
      may={mayBeDeleted}
      detail={({ userCount }) =>
        translate('resources.groups.user_count', { smart_count: userCount })
      }
      run={ids => rolecall.deleteMany('groups', { ids, meta: { force: true } })}
    />
  );
}
