import { Stack } from '@mui/material';
import type { RoleRecord } from 'ra-data-rolecall';
import { EditPage } from '../shared/EditPage';
import { DeleteRole } from './DeleteRole';
import { PermissionMark } from './PermissionMark';
import { RoleForm } from './RoleForm';
import { RoleGroups } from './RoleGroups';
import { type RuleRow, triple } from './rules';

const FIELDS = [
  { source: 'name' },
  { source: 'description' },
  { source: 'rules', show: (rules: unknown) => <Rules rules={rules as RuleRow[]} /> },
];

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

function Rules({ rules }: { rules: RuleRow[] }) {
  return rules.map(rule => (
    <Stack key={rule.id} direction="row" sx={{ gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
      <code>{triple(rule)}</code>
      <PermissionMark permission={rule.permission} />
    </Stack>
  ));
}
