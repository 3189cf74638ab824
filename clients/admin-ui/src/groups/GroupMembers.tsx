import PersonRemoveOutlined from '@mui/icons-material/PersonRemoveOutlined';
import { Box } from '@mui/material';
import {
  Button,
  DataTable,
  Form,
  Pagination,
  ReferenceArrayInput,
  ReferenceManyField,
  SearchInput,
  FilterForm,
  SaveButton,
  useCanAccess,
  useDataProvider,
  useNotify,
  useRecordContext,
  useRefresh,
  useTranslate,
} from 'react-admin';
import { useFormContext } from 'react-hook-form';
import type { GroupRecord, UserRecord } from 'ra-data-rolecall';
import { PickMany } from '../shared/Picker';
import { RecordLink } from '../shared/RecordLink';
import { Section } from '../shared/Section';
import { useNarrow } from '../shared/useNarrow';
import { useSpokenFailure } from '../shared/failures';
import { StatusChip } from '../users/StatusChip';
import { fullName } from '../users/names';

const Column = DataTable.Col<UserRecord>;

const SORT = { field: 'email', order: 'ASC' } as const;

/** The users in a group: adding and removing changes the membership, never the user. */
export function GroupMembers({ group }: { group: GroupRecord }) {
  const { canAccess } = useCanAccess({ resource: 'users', action: 'list' });
  const translate = useTranslate();
  const narrow = useNarrow();
  if (!canAccess) return null;
  const search = translate('resources.groups.members.search');
  const filters = [
    <SearchInput key="search" source="search" alwaysOn placeholder={search} aria-label={search} />,
  ];
  return (
    <Section title="resources.groups.members.title" help="resources.groups.members.help">
      {group.viewerCan.addUsers && <AddMembers group={group} />}
      <ReferenceManyField
        reference="users"
        target="groupIds"
        sort={SORT}
        perPage={25}
        pagination={<Pagination />}
      >
        <FilterForm filters={filters} />
        <DataTable
          bulkActionButtons={false}
          rowClick="edit"
          empty={<Box sx={{ py: 2 }}>{translate('resources.groups.members.empty')}</Box>}
        >
          {!narrow && (
            <Column source="email" render={user => <RecordLink>{user.email}</RecordLink>} />
          )}
          <Column
            label="resources.users.fields.name"
            render={user => (narrow ? <RecordLink>{fullName(user)}</RecordLink> : fullName(user))}
          />
          <Column source="status" render={user => <StatusChip status={user.status} />} />
          {group.viewerCan.update && (
            <Column label="resources.groups.members.actions" disableSort>
              <RemoveMember group={group} />
            </Column>
          )}
        </DataTable>
      </ReferenceManyField>
    </Section>
  );
}

function useChangeMembers(group: GroupRecord) {
  const dataProvider = useDataProvider();
  const notify = useNotify();
  const refresh = useRefresh();
  const speak = useSpokenFailure();
  return async (
    change: { addUserIds: string[] } | { removeUserIds: string[] },
    done: string,
    args: object,
  ) => {
    try {
      await dataProvider.update('groups', { id: group.id, data: change, previousData: group });
      notify(done, { type: 'success', messageArgs: args });
      refresh();
      return true;
    } catch (error) {
      notify(speak(error), { type: 'error' });
      return false;
    }
  };
}

function AddMembers({ group }: { group: GroupRecord }) {
  const change = useChangeMembers(group);
  return (
    <Form noValidate>
      <AddMembersFields
        onAdd={userIds =>
          change({ addUserIds: userIds }, 'resources.groups.members.added', {
            smart_count: userIds.length,
          })
        }
      />
    </Form>
  );
}

function AddMembersFields({ onAdd }: { onAdd: (userIds: string[]) => Promise<boolean> }) {
  const translate = useTranslate();
  const { getValues, reset } = useFormContext<{ userIds: string[] }>();
  const add = async () => {
    const { userIds = [] } = getValues();
    if (userIds.length > 0 && (await onAdd(userIds))) reset({ userIds: [] });
  };
  return (
    <Box
      sx={{
        display: 'flex',
        flexDirection: { xs: 'column', sm: 'row' },
        gap: 1,
        alignItems: 'flex-start',
        mb: 1,
      }}
    >
      <ReferenceArrayInput source="userIds" reference="users" sort={SORT}>
        <PickMany
          label="resources.groups.members.pick"
          optionText={(user: UserRecord) => `${fullName(user)} (${user.email})`}
          noOptionsText={translate('app.form.no_options')}
          helperText={false}
        />
      </ReferenceArrayInput>
      <SaveButton
        type="button"
        onClick={() => void add()}
        label="resources.groups.members.add"
        icon={<></>}
        variant="outlined"
        alwaysEnable
        sx={{ mt: 1, whiteSpace: 'nowrap' }}
      />
    </Box>
  );
}

function RemoveMember({ group }: { group: GroupRecord }) {
  const user = useRecordContext<UserRecord>();
  const change = useChangeMembers(group);
  const translate = useTranslate();
  if (!user) return null;
  const remove = (event: React.MouseEvent) => {
    event.stopPropagation();
    void change({ removeUserIds: [user.id] }, 'resources.groups.members.removed', {
      name: fullName(user),
    });
  };
  return (
    <Button
      label="resources.groups.members.remove"
      aria-label={translate('resources.groups.members.remove_name', { name: fullName(user) })}
      onClick={remove}
    >
      <PersonRemoveOutlined />
    </Button>
  );
}
