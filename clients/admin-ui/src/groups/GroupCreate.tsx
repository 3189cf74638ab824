import { Create, SimpleForm } from 'react-admin';
import { PageToolbar } from '../shared/PageToolbar';
import { SaveFailureProvider, useSaving } from '../shared/saving';
import { GroupForm } from './GroupForm';

export function GroupCreate() {
  const { errors, ...mutationOptions } = useSaving('created');
  return (
    <SaveFailureProvider errors={errors}>
      <Create title="resources.groups.page.create" mutationOptions={mutationOptions}>
        <SimpleForm noValidate warnWhenUnsavedChanges toolbar={<PageToolbar />}>
          <GroupForm autoFocus />
        </SimpleForm>
      </Create>
    </SaveFailureProvider>
  );
}
