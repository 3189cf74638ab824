import { Button } from '@mui/material';
import type { MouseEvent } from 'react';
import {
  DataTable,
  DateInput,
  List,
  ReferenceInput,
  SelectArrayInput,
  useCanAccess,
  useExpanded,
  useTranslate,
} from 'react-admin';
import type { AuditEventRecord, UserRecord } from 'ra-data-rolecall';
import { EmptyList } from '../shared/EmptyList';
import { ListActions } from '../shared/ListActions';
import { MomentField } from '../shared/Moment';
import { PickOne } from '../shared/Picker';
import { useNarrow } from '../shared/useNarrow';
import { fullName } from '../users/names';
import { Changes } from './Changes';
import { EventCards } from './EventCards';
import { Subject } from './Subject';
import { SubjectInput } from './SubjectInput';
import { ACTIONS, EVERYBODY, actionKey } from './actions';
import { useAuditExporter } from './useAuditExporter';

const Column = DataTable.Col<AuditEventRecord>;

const CHOICES = ACTIONS.map(id => ({ id, name: actionKey(id) }));
const filters = (alwaysOn: boolean) => [
  <ReferenceInput
    key="actor"
    source="actorIds"
    reference="users"
    label="resources.auditEvents.fields.actor"
    alwaysOn={alwaysOn}
    sort={{ field: 'email', order: 'ASC' }}
    filter={EVERYBODY}
  >
    <PickOne
      label="resources.auditEvents.fields.actor"
      optionText={(user: UserRecord) => `${fullName(user)} (${user.email})`}
      sx={{ minWidth: 170 }}
    />
  </ReferenceInput>,
  <SubjectInput
    key="subject"
    source="subjectIds"
    label="resources.auditEvents.fields.subjectId"
    alwaysOn={alwaysOn}
  />,
  <SelectArrayInput
    key="actions"
    source="actions"
    label="resources.auditEvents.fields.action"
    choices={CHOICES}
    alwaysOn={alwaysOn}
    sx={{ minWidth: 130 }}
  />,
  <DateInput
    key="since"
    source="since"
    label="resources.auditEvents.filters.since"
    alwaysOn={alwaysOn}
  />,
  <DateInput
    key="until"
    source="until"
    label="resources.auditEvents.filters.until"
    alwaysOn={alwaysOn}
  />,
];

/** What was done; unfolds what changed, for the keyboard too. */
function What({ event }: { event: AuditEventRecord }) {
  const translate = useTranslate();
  const [expanded, toggle] = useExpanded('auditEvents', event.id);
  const text = translate(actionKey(event.action), { _: event.action });
  if (event.changes === null) return <>{text}</>;
  const unfold = (click: MouseEvent) => {
    click.stopPropagation();
    toggle();
  };
  return (
    <Button
      size="small"
      onClick={unfold}
      aria-expanded={expanded}
      sx={{ py: 0, px: 0.5, mx: -0.5, textAlign: 'left' }}
    >
      {text}
    </Button>
  );
}

/** Who did what, when and to what; before and after unfold below each line. */
export default function AuditList() {
  const narrow = useNarrow();
  const { canAccess: mayReadUsers } = useCanAccess({ resource: 'users', action: 'list' });
  return (
    <List
      title="resources.auditEvents.page.list"
      filters={filters(!narrow).filter(({ key }) => mayReadUsers || key !== 'actor')}
      exporter={useAuditExporter()}
      actions={<ListActions />}
      empty={<EmptyList />}
      sort={{ field: 'at', order: 'DESC' }}
      perPage={25}
    >
      {narrow ? <EventCards /> : <EventTable />}
    </List>
  );
}

function EventTable() {
  const translate = useTranslate();
  return (
    <DataTable<AuditEventRecord>
      bulkActionButtons={false}
      rowClick="expand"
      sx={{ '& .RaDataTable-expandHeader, & .RaDataTable-expandIconCell': { display: 'none' } }}
      expand={<Changes />}
      isRowExpandable={event => event.changes !== null}
    >
      <Column source="at">
        <MomentField source="at" seconds />
      </Column>
      <Column
        source="actor"
        disableSort
        render={event =>
          event.actor ? fullName(event.actor) : translate('resources.auditEvents.system')
        }
      />
      <Column source="action" disableSort render={event => <What event={event} />} />
      <Column source="subjectId" disableSort render={event => <Subject event={event} />} />
    </DataTable>
  );
}
