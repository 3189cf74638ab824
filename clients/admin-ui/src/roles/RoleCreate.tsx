import { CreatePage } from '../shared/CreatePage';
import { RoleForm } from './RoleForm';
import { EMPTY_RULE } from './rules';

const ONE_EMPTY = { rules: [EMPTY_RULE] };

export function RoleCreate() {
  return (
    <CreatePage defaultValues={ONE_EMPTY}>
      <RoleForm autoFocus />
    </CreatePage>
  );
}
