import { CreatePage } from '../shared/CreatePage';
import { GroupForm } from './GroupForm';

export function GroupCreate() {
  return (
    <CreatePage>
      <GroupForm autoFocus />
    </CreatePage>
  );
}
