import {
  AutocompleteInput,
  PasswordInput,
  ReferenceArrayInput,
  TextInput,
  required,
  useRecordContext,
  useTranslate,
} from 'react-admin';
import type { GroupRecord, UserRecord } from 'ra-data-rolecall';
import { PickAllowed } from '../shared/Picker';
import { FormFailure, HolderLink } from '../shared/saving';
import { localeChoices } from './locales';

const BY_TITLE = { field: 'title', order: 'ASC' } as const;

interface Props {
  /** A new user has a password to begin with; for others an empty field leaves theirs. */
  isNew?: boolean;
  readOnly?: boolean;
}

export function UserForm({ isNew = false, readOnly = false }: Props) {
  const user = useRecordContext<UserRecord>();
  const translate = useTranslate();
  // Somebody whose last group is gone can have another name without having another group.
  const needsGroup = isNew || user?.groupIds?.length !== 0;
  return (
    <>
      <FormFailure />
      <TextInput
        source="email"
        type="email"
        validate={required()}
        readOnly={readOnly}
        autoFocus={isNew}
        autoComplete="off"
        helperText="resources.users.help.email"
      />
      <HolderLink source="email" />
      <TextInput
        source="firstName"
        validate={required()}
        readOnly={readOnly}
        autoComplete="off"
        helperText={false}
      />
      <TextInput
        source="lastName"
        validate={required()}
        readOnly={readOnly}
        autoComplete="off"
        helperText={false}
      />
      {user?.groups !== null && (
        <ReferenceArrayInput source="groupIds" reference="groups" sort={BY_TITLE}>
          <PickAllowed
            nameOf={(group: GroupRecord) => group.title}
            mayPick={group => group.viewerCan.addUsers}
            validate={needsGroup ? required('resources.users.help.group_missing') : undefined}
            readOnly={readOnly}
            helperText="resources.users.help.groups"
            noOptionsText={translate('app.form.no_options')}
            label="resources.users.fields.groupIds"
          />
        </ReferenceArrayInput>
      )}
      <AutocompleteInput
        autoHighlight
        source="locale"
        choices={localeChoices(user?.locale)}
        readOnly={readOnly}
        helperText="resources.users.help.locale"
        defaultValue={isNew ? 'en' : undefined}
      />
      {!readOnly && (
        <PasswordInput
          source="password"
          label={isNew ? 'resources.users.fields.password' : 'resources.users.fields.new_password'}
          validate={isNew ? required() : undefined}
          autoComplete="new-password"
          helperText={isNew ? 'resources.users.help.password' : 'resources.users.help.new_password'}
        />
      )}
    </>
  );
}
