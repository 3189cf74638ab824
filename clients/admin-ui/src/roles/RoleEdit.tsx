import type { RoleRecord } from 'ra-data-rolecall';
import { EditPage } from '../shared/EditPage';
import { DeleteRole } from './DeleteRole';
import { RoleForm } from './RoleForm';
import { RoleGroups } from './RoleGroups';
import { type RuleRow, triple } from './rules';

const FIELDS = [
  { source: 'name' },
  { source: 'description' },
  { source: 'rules', show: rulesText },
];

function rulesText(rules: unknown) {
  return (rules as RuleRow[])
    .map(row => `${row.permission === 'DENY' ? '✕' : '✓'} ${triple(row)}`)
    .join(', ');
}

export function RoleEdit() {
  return (
    <EditPage<RoleRecord>
      fields={FIELDS}
      actions={<DeleteRole />}
      below={role => <RoleGroups role={role} />}
    >
      {(_role, readOnly) => <RoleForm readOnly={readOnly} />}
    </EditPage>
  );
}
