import { Box } from '@mui/material';
import { DataTable, Pagination, ReferenceManyField, useCanAccess, useTranslate } from 'react-admin';
import type { GroupRecord, RoleRecord } from 'ra-data-rolecall';
import { RecordLink } from '../shared/RecordLink';
import { Section } from '../shared/Section';

const Column = DataTable.Col<GroupRecord>;
const BY_TITLE = { field: 'title', order: 'ASC' } as const;

/** The groups that have a role. */
export function RoleGroups({ role }: { role: RoleRecord }) {
  const translate = useTranslate();
  const { canAccess } = useCanAccess({ resource: 'groups', action: 'list' });
  if (!canAccess) return null;
  return (
    <Section
      title={translate('resources.roles.groups.title', { smart_count: role.groupCount })}
      help="resources.roles.groups.help"
    >
      <GroupsOfRole />
    </Section>
  );
}

/** A list of them, within the role's context. */
export function GroupsOfRole() {
  const translate = useTranslate();
  return (
    <ReferenceManyField
      reference="groups"
      target="roleIds"
      sort={BY_TITLE}
      perPage={10}
      pagination={<Pagination />}
    >
      <DataTable
        bulkActionButtons={false}
        rowClick="edit"
        empty={<Box sx={{ py: 2 }}>{translate('resources.roles.groups.empty')}</Box>}
      >
        <Column source="title" render={group => <RecordLink>{group.title}</RecordLink>} />
        <DataTable.NumberCol source="userCount" />
      </DataTable>
    </ReferenceManyField>
  );
}
