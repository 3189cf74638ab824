import { TextInput, required } from 'react-admin';
import { FormFailure, HolderLink } from '../shared/saving';
import { RulesInput } from './RulesInput';

/** What a role is: its name, what it is for, and its rules. */
export function RoleForm({
  readOnly = false,
  autoFocus = false,
}: {
  readOnly?: boolean;
  autoFocus?: boolean;
}) {
  return (
    <>
      <FormFailure />
      <TextInput
        source="name"
        validate={required()}
        readOnly={readOnly}
        autoFocus={autoFocus}
        autoComplete="off"
        helperText="resources.roles.help.name"
      />
      <HolderLink source="name" />
      <TextInput
        source="description"
        multiline
        minRows={2}
        readOnly={readOnly}
        helperText={false}
      />
      <RulesInput readOnly={readOnly} />
    </>
  );
}
