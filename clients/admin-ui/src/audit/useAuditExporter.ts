import { type DataProvider, type Exporter, useTranslate } from 'react-admin';
import type { AuditEventRecord, GroupRecord, RoleRecord, UserRecord } from 'ra-data-rolecall';
import { csvExporter } from '../shared/csv';
import { fullName } from '../users/names';
import { type Kind, REFERENCES, actionKey, changesOf, kindOf, nameThen } from './actions';
import { fieldKey, partsOf, useWords } from './words';

/** The trail as the page shows it: names in the place of ids, words in the place of codes. */
export function useAuditExporter(): Exporter<AuditEventRecord> {
  const translate = useTranslate();
  const inWords = useWords();
  const heading = (field: string) => translate(`resources.auditEvents.fields.${field}`);

  return async (events, fetchRelated, dataProvider) => {
    const names = await namesIn(events, dataProvider);
    const named = (id: string) => names.get(id) ?? translate('resources.auditEvents.nameless');
    const side = (field: string, value: unknown, sign: string) => {
      const word = (part: unknown) =>
        field in REFERENCES ? named(String(part)) : inWords(field, part);
      const parts = partsOf(value).map(word);
      return parts.length > 0 ? `${Array.isArray(value) ? sign : ''}${parts.join(', ')}` : '–';
    };
    const changes = (event: AuditEventRecord) =>
      changesOf(event.changes)
        .map(([field, [before, after]]) => {
          const [was, is] = [side(field, before, '− '), side(field, after, '+ ')];
          return `${translate(fieldKey(field), { _: field })}: ${was} → ${is}`;
        })
        .join('; ');
    const subject = (event: AuditEventRecord) =>
      names.get(event.subjectId ?? '') ??
      nameThen(event) ??
      (event.subjectId && kindOf(event.action) && named(event.subjectId));
    const write = csvExporter<AuditEventRecord>('audit', {
      [heading('at')]: event => event.at,
      [heading('actor')]: event => event.actor?.email ?? translate('resources.auditEvents.system'),
      [heading('action')]: event => translate(actionKey(event.action), { _: event.action }),
      [heading('subjectId')]: subject,
      [heading('changes')]: changes,
    });
    return write(events, fetchRelated, dataProvider);
  };
}

/** The names of all that events are about, by their ids. */
async function namesIn(events: AuditEventRecord[], dataProvider: DataProvider) {
  const ids = { users: new Set<string>(), groups: new Set<string>(), roles: new Set<string>() };
  for (const event of events) {
    const kind = kindOf(event.action);
    if (kind && event.subjectId) ids[kind].add(event.subjectId);
    for (const [field, sides] of changesOf(event.changes)) {
      const kind = REFERENCES[field];
      if (kind) for (const id of sides.flatMap(partsOf)) ids[kind].add(String(id));
    }
  }
  const find = async <T extends { id: string }>(kind: Kind, name: (record: T) => string) => {
    const { data } = await dataProvider.getMany<T>(kind, { ids: [...ids[kind]] });
    return data.map(record => [record.id, name(record)] as const);
  };
  const found = await Promise.all([
    find<UserRecord>('users', fullName),
    find<GroupRecord>('groups', ({ title }) => title),
    find<RoleRecord>('roles', ({ name }) => name),
  ]);
  return new Map(found.flat());
}
