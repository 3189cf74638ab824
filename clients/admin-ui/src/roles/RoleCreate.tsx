import { Create, SimpleForm } from 'react-admin';
import { PageToolbar } from '../shared/PageToolbar';
import { SaveFailureProvider, useSaving } from '../shared/saving';
import { RoleForm } from './RoleForm';
import { EMPTY_RULE } from './rules';

const ONE_EMPTY = { rules: [EMPTY_RULE] };

export function RoleCreate() {
  const { errors, ...mutationOptions } = useSaving('created');
  return (
    <SaveFailureProvider errors={errors}>
      <Create title="resources.roles.page.create" mutationOptions={mutationOptions}>
        <SimpleForm
          noValidate
          warnWhenUnsavedChanges
          toolbar={<PageToolbar />}
          defaultValues={ONE_EMPTY}
        >
          <RoleForm autoFocus />
        </SimpleForm>
      </Create>
    </SaveFailureProvider>
  );
}
