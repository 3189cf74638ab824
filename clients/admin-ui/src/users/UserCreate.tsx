import { CreatePage } from '../shared/CreatePage';
import { UserForm } from './UserForm';

export function UserCreate() {
  return (
    <CreatePage>
      <UserForm isNew />
    </CreatePage>
  );
}
