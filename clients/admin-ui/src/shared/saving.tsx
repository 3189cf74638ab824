import { Alert, Link as MuiLink } from '@mui/material';
import { createContext, type ReactNode, useContext, useState } from 'react';
import {
  type RaRecord,
  useNotify,
  useRedirect,
  useResourceContext,
  useTranslate,
} from 'react-admin';
import { useFormState } from 'react-hook-form';
import { Link } from 'react-router-dom';
import { UserErrors, type UserError } from 'ra-data-rolecall';

const Failure = createContext<readonly UserError[]>([]);

/**
 * What becomes of saving: a message when it is done, and what was wrong when not, kept for those fields that can
 * say more than a text.
 */
export function useSaving(after: 'created' | 'updated') {
  const [errors, setErrors] = useState<readonly UserError[]>([]);
  const resource = useResourceContext()!;
  const notify = useNotify();
  const redirect = useRedirect();
  return {
    errors,
    onSuccess: ({ id }: RaRecord) => {
      setErrors([]);
      notify(`resources.${resource}.notifications.${after}`, { type: 'success' });
      if (after === 'created') redirect('edit', resource, id);
    },
    onError: (error: unknown) => {
      setErrors(error instanceof UserErrors ? error.userErrors : []);
      if (error instanceof UserErrors) return;
      notify(error instanceof Error ? error.message : 'ra.notification.http_error', {
        type: 'error',
      });
    },
  };
}

export function SaveFailureProvider({
  errors,
  children,
}: {
  errors: readonly UserError[];
  children: ReactNode;
}) {
  return <Failure value={errors}>{children}</Failure>;
}

/** The way to whatever holds the unique value that a field wants. */
export function HolderLink({ source }: { source: string }) {
  const translate = useTranslate();
  const { errors } = useFormState();
  const holder = useContext(Failure).map(holderOf).find(Boolean);
  if (!holder || errors[source]?.type !== 'server') return null;
  return (
    <MuiLink
      component={Link}
      to={holder.to}
      // Beside the form: what is typed in it stays.
      target="_blank"
      variant="body2"
      sx={{ display: 'block', mb: 1, mx: 1.75 }}
    >
      {translate('app.form.holder', { name: holder.name })}
    </MuiLink>
  );
}

function holderOf(error: UserError): { to: string; name: string } | undefined {
  if (error.__typename === 'TitleTakenError' && error.existingGroup) {
    return { to: `/groups/${error.existingGroup.id}`, name: error.existingGroup.title };
  }
  if (error.__typename === 'NameTakenError' && error.existingRole) {
    return { to: `/roles/${error.existingRole.id}`, name: error.existingRole.name };
  }
  if (error.__typename === 'EmailTakenError' && error.existingUser) {
    return { to: `/users/${error.existingUser.id}`, name: error.existingUser.email };
  }
  return undefined;
}

/** What is wrong with the form as a whole, above its fields. */
export function FormFailure() {
  const { errors } = useFormState();
  const message = errors.root?.serverError?.message;
  if (!message) return null;
  return (
    <Alert severity="error" sx={{ mb: 2 }}>
      {String(message)}
    </Alert>
  );
}
