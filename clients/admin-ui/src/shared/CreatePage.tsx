import { Card } from '@mui/material';
import { type ReactNode, useState } from 'react';
import { SimpleForm, Title, useNotify, useRedirect, useResourceContext } from 'react-admin';
import type { UserError } from 'ra-data-rolecall';
import { PageToolbar } from './PageToolbar';
import { SaveFailure, useFormErrors, userErrorsOf } from './saving';
import type { Values } from './rebase';
import { useRolecall } from './useRolecall';

/** A form that makes a record, and leads to that one's page. */
export function CreatePage({
  defaultValues,
  children,
}: {
  defaultValues?: Values;
  children: ReactNode;
}) {
  const resource = useResourceContext()!;
  const rolecall = useRolecall();
  const notify = useNotify();
  const redirect = useRedirect();
  const formErrors = useFormErrors();
  const [userErrors, setUserErrors] = useState<readonly UserError[]>([]);

  const submit = async (data: Values) => {
    try {
      const { data: made } = await rolecall.create(resource, { data });
      notify(`resources.${resource}.notifications.created`, { type: 'success' });
      redirect('edit', resource, made.id);
      return undefined;
    } catch (error) {
      setUserErrors(userErrorsOf(error));
      return formErrors(error);
    }
  };

  return (
    <SaveFailure value={userErrors}>
      <Title title={`resources.${resource}.page.create`} preferenceKey={false} />
      <Card>
        <SimpleForm
          noValidate
          warnWhenUnsavedChanges
          defaultValues={defaultValues}
          onSubmit={submit}
          toolbar={<PageToolbar />}
        >
          {children}
        </SimpleForm>
      </Card>
    </SaveFailure>
  );
}
