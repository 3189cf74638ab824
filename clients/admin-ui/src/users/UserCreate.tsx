import { Create, SimpleForm } from 'react-admin';
import { PageToolbar } from '../shared/PageToolbar';
import { SaveFailureProvider, useSaving } from '../shared/saving';
import { UserForm } from './UserForm';

export function UserCreate() {
  const { errors, ...mutationOptions } = useSaving('created');
  return (
    <SaveFailureProvider errors={errors}>
      <Create title="resources.users.page.create" mutationOptions={mutationOptions}>
        <SimpleForm noValidate warnWhenUnsavedChanges toolbar={<PageToolbar />}>
          <UserForm isNew />
        </SimpleForm>
      </Create>
    </SaveFailureProvider>
  );
}
