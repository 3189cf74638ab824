import DeleteOutlined from '@mui/icons-material/DeleteOutlined';
import { DataTable, List, SearchInput, useCanAccess, useTranslate } from 'react-admin';
import { UserErrors, type RoleRecord } from 'ra-data-rolecall';
import { BulkAction } from '../shared/BulkAction';
import { CardList } from '../shared/CardList';
import { EmptyList } from '../shared/EmptyList';
import { ListActions } from '../shared/ListActions';
import { MomentField } from '../shared/Moment';
import { ProtectedMark } from '../shared/ProtectedMark';
import { RecordLink } from '../shared/RecordLink';
import { csvExporter } from '../shared/csv';
import { useNarrow } from '../shared/useNarrow';
import { useRolecall } from '../shared/useRolecall';
import { InUse } from './InUse';
import { triple } from './rules';

const Column = DataTable.Col<RoleRecord>;

const FILTERS = [<SearchInput key="search" source="search" alwaysOn />];

export function RoleList() {
  const translate = useTranslate();
  const narrow = useNarrow();
  const { canAccess: mayDelete } = useCanAccess({ resource: 'roles', action: 'delete' });
  const exporter = csvExporter<RoleRecord>('roles', {
    [translate('resources.roles.fields.name')]: role => role.name,
    [translate('resources.roles.fields.description')]: role => role.description,
    [translate('resources.roles.fields.rules')]: role =>
      role.rules.map(rule => `${rule.permission} ${triple(rule)}`).join('; '),
    [translate('resources.roles.fields.groupCount')]: role => role.groupCount,
    [translate('resources.roles.fields.createdAt')]: role => role.createdAt,
  });
  const bulk = {
    bulkActionButtons: mayDelete ? <BulkDelete /> : false,
    isRowSelectable: mayBeDeleted,
  } as const;
  return (
    <List
      title="resources.roles.page.list"
      filters={FILTERS}
      exporter={exporter}
      actions={<ListActions create="resources.roles.page.create" />}
      empty={<EmptyList create="resources.roles.page.create" />}
      sort={{ field: 'name', order: 'ASC' }}
      perPage={25}
    >
      {narrow ? (
        <CardList<RoleRecord>
          {...bulk}
          name={role => role.name}
          detail={({ rules, groupCount }) =>
            [
              translate('resources.roles.rule_count', { smart_count: rules.length }),
              translate('resources.users.group_count', { smart_count: groupCount }),
            ].join(', ')
          }
        />
      ) : (
        <DataTable<RoleRecord> {...bulk} rowClick="edit">
          <Column
            source="name"
            render={role => (
              <>
                <RecordLink>{role.name}</RecordLink>
                {role.isProtected && <ProtectedMark />}
              </>
            )}
          />
          <DataTable.NumberCol
            source="rules.length"
            label="resources.roles.fields.rules"
            disableSort
          />
          <DataTable.NumberCol source="groupCount" disableSort />
          <Column source="createdAt">
            <MomentField source="createdAt" dayOnly />
          </Column>
        </DataTable>
      )}
    </List>
  );
}

const mayBeDeleted = (role: RoleRecord) => role.viewerCan.delete;

function BulkDelete() {
  const rolecall = useRolecall();
  return (
    <BulkAction<RoleRecord>
      texts="resources.roles.bulk_delete"
      icon={<DeleteOutlined />}
      color="error"
      name={role => role.name}
      may={mayBeDeleted}
      run={ids => rolecall.deleteMany('roles', { ids })}
      explain={(role, failure) =>
        failure instanceof UserErrors && failure.code === 'IN_USE' && <InUse role={role} />
      }
    />
  );
}
