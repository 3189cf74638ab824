import { useState } from 'react';
import {
  AutocompleteInput,
  useCanAccessResources,
  useGetList,
  useGetMany,
  useTranslate,
} from 'react-admin';
import { useWatch } from 'react-hook-form';
import type { GroupRecord, RoleRecord, UserRecord } from 'ra-data-rolecall';
import { fullName } from '../users/names';

interface Choice {
  id: string;
  name: string;
  kind: string;
}

const FEW = { page: 1, perPage: 10 };
const KINDS = ['users', 'groups', 'roles'];

/** Picks a user, a group or a role by its name. */
export function SubjectInput({ source }: { source: string; label?: string; alwaysOn?: boolean }) {
  const translate = useTranslate();
  const [search, setSearch] = useState('');
  const { canAccess } = useCanAccessResources({ action: 'list', resources: KINDS });
  const picked = useWatch({ name: source }) as string | undefined;
  const choices = useChoices(search, canAccess ?? {}, picked);
  return (
    <AutocompleteInput
      autoHighlight
      source={source}
      label="resources.auditEvents.fields.subjectId"
      choices={choices}
      setFilter={setSearch}
      filterToQuery={text => text}
      optionText={(choice: Choice) =>
        `${choice.name} (${translate(`resources.${choice.kind}.name`, { smart_count: 1 })})`
      }
      noOptionsText={translate('app.form.no_options')}
      sx={{ minWidth: 170 }}
    />
  );
}

function useChoices(search: string, may: Record<string, boolean>, picked?: string): Choice[] {
  const options = (kind: string) => ({ enabled: Boolean(may[kind]) });
  const params = { pagination: FEW, filter: { search } };
  const users = useGetList<UserRecord>('users', params, options('users'));
  const groups = useGetList<GroupRecord>('groups', params, options('groups'));
  const roles = useGetList<RoleRecord>('roles', params, options('roles'));
  // The one that is picked stays in the list, whatever is searched for next.
  const ids = picked ? [picked] : [];
  const one = (kind: string) => ({ enabled: Boolean(picked && may[kind]) });
  const pickedUser = useGetMany<UserRecord>('users', { ids }, one('users'));
  const pickedGroup = useGetMany<GroupRecord>('groups', { ids }, one('groups'));
  const pickedRole = useGetMany<RoleRecord>('roles', { ids }, one('roles'));

  const all: Choice[] = [
    ...[...(pickedUser.data ?? []), ...(users.data ?? [])].map(user => ({
      id: user.id,
      name: fullName(user),
      kind: 'users',
    })),
    ...[...(pickedGroup.data ?? []), ...(groups.data ?? [])].map(group => ({
      id: group.id,
      name: group.title,
      kind: 'groups',
    })),
    ...[...(pickedRole.data ?? []), ...(roles.data ?? [])].map(role => ({
      id: role.id,
      name: role.name,
      kind: 'roles',
    })),
  ];
  return [...new Map(all.map(choice => [choice.id, choice])).values()];
}
