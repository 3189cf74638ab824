import PersonRemoveOutlined from '@mui/icons-material/PersonRemoveOutlined';
import { Box } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import {
  Button,
  DataTable,
  Form,
  Pagination,
  ReferenceArrayInput,
  ReferenceManyField,
  SearchInput,
  FilterForm,
  useCanAccess,
  useListContext,
  useNotify,
  useRecordContext,
  useTranslate,
} from 'react-admin';
import { useEffect } from 'react';
import { useFormContext } from 'react-hook-form';
import type { GroupRecord, UserRecord } from 'ra-data-rolecall';
import { CardList } from '../shared/CardList';
import { PickMany } from '../shared/Picker';
import { RecordLink } from '../shared/RecordLink';
import { Section } from '../shared/Section';
import { TextButton } from '../shared/TextButton';
import { useNarrow } from '../shared/useNarrow';
import { useNotifyFailure, useSpokenFailure } from '../shared/failures';
import { useRefetch } from '../shared/useRefetch';
import { useRolecall } from '../shared/useRolecall';
import { useUndoable } from '../shared/useUndoable';
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
  const removeSelected = group.viewerCan.update && <RemoveSelected group={group} />;
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
        {narrow ? (
          <CardList<UserRecord>
            name={fullName}
            detail={user => user.email}
            mark={user => <StatusChip status={user.status} />}
            bulkActionButtons={removeSelected}
          />
        ) : (
          <DataTable
            bulkActionButtons={removeSelected}
            rowClick="edit"
            empty={<Box sx={{ py: 2 }}>{translate('resources.groups.members.empty')}</Box>}
          >
            <Column source="email" render={user => <RecordLink>{user.email}</RecordLink>} />
            <Column label="resources.users.fields.name" render={fullName} />
            <Column source="status" render={user => <StatusChip status={user.status} />} />
            {group.viewerCan.update && (
              <Column label="resources.groups.members.actions" disableSort>
                <RemoveMember group={group} />
              </Column>
            )}
          </DataTable>
        )}
      </ReferenceManyField>
    </Section>
  );
}

/** Puts users into the group and takes them out, at once and with a way back. */
function useMembership(group: GroupRecord) {
  const rolecall = useRolecall();
  const queryClient = useQueryClient();
  const refetch = useRefetch();
  const notify = useNotify();
  const notifyFailure = useNotifyFailure();
  const offerUndo = useUndoable();

  const change = async (data: { addUserIds: string[] } | { removeUserIds: string[] }) => {
    const { id } = group;
    const { data: now } = await rolecall.update('groups', { id, data, previousData: group });
    queryClient.setQueriesData({ queryKey: ['groups', 'getOne', { id }] }, now);
    void refetch(['GROUP']);
  };
  /** Those who are in the group already stay there when this is undone. */
  const add = async (userIds: string[]) => {
    const { data: members } = await rolecall.getList<UserRecord>('users', {
      filter: { ids: userIds, groupIds: [group.id] },
      pagination: { page: 1, perPage: userIds.length },
    });
    const added = userIds.filter(id => !members.some(member => member.id === id));
    if (added.length === 0) {
      notify('resources.groups.members.already');
      return;
    }
    await change({ addUserIds: added });
    offerUndo({
      message: 'resources.groups.members.added',
      messageArgs: { smart_count: added.length },
      undo: () => change({ removeUserIds: added }),
      undone: 'resources.groups.members.out',
    });
  };
  /** Whether that could be done. */
  const remove = async (userIds: string[], name?: string) => {
    try {
      await change({ removeUserIds: userIds });
    } catch (error) {
      notifyFailure(error);
      return false;
    }
    offerUndo({
      message: `resources.groups.members.${name ? 'removed' : 'removed_many'}`,
      messageArgs: { name, smart_count: userIds.length },
      undo: () => change({ addUserIds: userIds }),
      undone: 'resources.groups.members.back',
    });
    return true;
  };
  return { add, remove };
}

// The group of the page is no record of this form: when it changes, what is picked stays.
const NOTHING = {};

function AddMembers({ group }: { group: GroupRecord }) {
  const { add } = useMembership(group);
  const speak = useSpokenFailure();
  const submit = async ({ userIds = [] }: { userIds?: string[] }) => {
    if (userIds.length === 0) return undefined;
    return add(userIds).catch((error: unknown) => ({ userIds: speak(error) }));
  };
  return (
    <Form noValidate record={NOTHING} onSubmit={submit}>
      <AddMembersFields />
    </Form>
  );
}

function AddMembersFields() {
  const translate = useTranslate();
  const { reset, formState } = useFormContext();
  const { isSubmitSuccessful } = formState;
  useEffect(() => {
    if (isSubmitSuccessful) reset({ userIds: [] });
  }, [isSubmitSuccessful, reset]);
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
      <TextButton
        type="submit"
        variant="outlined"
        label="resources.groups.members.add"
        sx={{ mt: 1, whiteSpace: 'nowrap', flexShrink: 0 }}
      />
    </Box>
  );
}

function RemoveMember({ group }: { group: GroupRecord }) {
  const user = useRecordContext<UserRecord>();
  const { remove } = useMembership(group);
  const translate = useTranslate();
  if (!user) return null;
  return (
    <Button
      label="resources.groups.members.remove"
      aria-label={translate('resources.groups.members.remove_name', { name: fullName(user) })}
      onClick={event => {
        event.stopPropagation();
        void remove([user.id], fullName(user));
      }}
    >
      <PersonRemoveOutlined />
    </Button>
  );
}

function RemoveSelected({ group }: { group: GroupRecord }) {
  const { selectedIds, onUnselectItems } = useListContext<UserRecord>();
  const { remove } = useMembership(group);
  const removeAll = async () => {
    if (await remove(selectedIds)) onUnselectItems();
  };
  return (
    <Button label="resources.groups.members.remove" onClick={() => void removeAll()}>
      <PersonRemoveOutlined />
    </Button>
  );
}
