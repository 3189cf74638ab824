import { useState } from 'react';
import {
  AutocompleteInput,
  useCanAccessResources,
  useGetList,
  useGetMany,
  useListContext,
  useTranslate,
} from 'react-admin';
import { useWatch } from 'react-hook-form';
import type { AuditEventRecord, GroupRecord, RoleRecord, UserRecord } from 'ra-data-rolecall';
import { fullName } from '../users/names';
import { EVERYBODY, nameThen } from './actions';

interface Choice {
  id: string;
  name: string;
  kind?: string;
}

const FEW = { page: 1, perPage: 10 };
const KINDS = ['users', 'groups', 'roles'];

/** Picks a user, a group or a role by its name; shows what else the trail was narrowed to. */
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
      optionText={({ name, kind }: Choice) =>
        kind ? `${name} (${translate(`resources.${kind}.name`, { smart_count: 1 })})` : name
      }
      noOptionsText={translate('app.form.no_options')}
      sx={{ minWidth: 170 }}
    />
  );
}

function useChoices(search: string, may: Record<string, boolean>, picked?: string): Choice[] {
  const options = (kind: string) => ({ enabled: Boolean(may[kind]) });
  const params = { pagination: FEW, filter: { search } };
  const everybody = { ...params, filter: { ...params.filter, ...EVERYBODY } };
  const users = useGetList<UserRecord>('users', everybody, options('users'));
  const groups = useGetList<GroupRecord>('groups', params, options('groups'));
  const roles = useGetList<RoleRecord>('roles', params, options('roles'));
  // The one that is picked stays in the list, whatever is searched for next.
  const ids = picked ? [picked] : [];
  const one = (kind: string) => ({ enabled: Boolean(picked && may[kind]) });
  const pickedUser = useGetMany<UserRecord>('users', { ids }, one('users'));
  const pickedGroup = useGetMany<GroupRecord>('groups', { ids }, one('groups'));
  const pickedRole = useGetMany<RoleRecord>('roles', { ids }, one('roles'));
  const nameInTrail = useNameInTrail(picked);

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
  const choices = [...new Map(all.map(choice => [choice.id, choice])).values()];
  const isKnown = !picked || choices.some(({ id }) => id === picked);
  return isKnown ? choices : [...choices, { id: picked, name: nameInTrail }];
}

/** What something that is gone was called, as far as its events tell. */
function useNameInTrail(id?: string): string {
  const translate = useTranslate();
  const { data: events = [] } = useListContext<AuditEventRecord>();
  const names = events.filter(({ subjectId }) => subjectId === id).map(nameThen);
  return names.find(Boolean) ?? translate('resources.auditEvents.nameless');
}
