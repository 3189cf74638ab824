import { Alert, Link as MuiLink } from '@mui/material';
import { createContext, useContext } from 'react';
import { useTranslate } from 'react-admin';
import { useFormState } from 'react-hook-form';
import { Link } from 'react-router-dom';
import { UserErrors, type FormErrors, type UserError } from 'ra-data-rolecall';
import { isSignedOut, useSpokenFailure } from './failures';

/** What was wrong at the last attempt to save, for fields that can say more than a text. */
export const SaveFailure = createContext<readonly UserError[]>([]);

export const userErrorsOf = (error: unknown): readonly UserError[] =>
  error instanceof UserErrors ? error.userErrors : [];

/** What a form shows of a failure: a message at each field, or one above them. */
export function useFormErrors() {
  const speak = useSpokenFailure();
  return (error: unknown): FormErrors | undefined => {
    // On the way to the sign-in page nobody is asked whether to leave.
    if (isSignedOut(error)) return undefined;
    if (error instanceof UserErrors) return error.body.errors;
    return { root: { serverError: speak(error) } };
  };
}

/** The way to whatever holds the unique value that a field wants. */
export function HolderLink({ source }: { source: string }) {
  const translate = useTranslate();
  const { errors } = useFormState();
  const holder = useContext(SaveFailure).map(holderOf).find(Boolean);
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
