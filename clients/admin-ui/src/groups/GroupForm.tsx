import {
  ReferenceArrayInput,
  TextInput,
  required,
  useRecordContext,
  useTranslate,
} from 'react-admin';
import type { GroupRecord, RoleRecord } from 'ra-data-rolecall';
import { PickAllowed } from '../shared/Picker';
import { FormFailure, HolderLink } from '../shared/saving';

const BY_NAME = { field: 'name', order: 'ASC' } as const;

/** What a group is: its title, what it is for, and the roles that it carries, to those who may see them. */
export function GroupForm({
  readOnly = false,
  autoFocus = false,
}: {
  readOnly?: boolean;
  autoFocus?: boolean;
}) {
  const translate = useTranslate();
  const group = useRecordContext<GroupRecord>();
  return (
    <>
      <FormFailure />
      <TextInput
        source="title"
        validate={required()}
        readOnly={readOnly}
        autoFocus={autoFocus}
        autoComplete="off"
        helperText="resources.groups.help.title"
      />
      <HolderLink source="title" />
      <TextInput
        source="description"
        multiline
        minRows={2}
        readOnly={readOnly}
        helperText={false}
      />
      {group?.roles !== null && (
        <ReferenceArrayInput source="roleIds" reference="roles" sort={BY_NAME}>
          <PickAllowed
            nameOf={(role: RoleRecord) => role.name}
            mayPick={role => role.viewerCan.assign}
            validate={required('resources.groups.help.role_missing')}
            readOnly={readOnly}
            helperText="resources.groups.help.roles"
            noOptionsText={translate('app.form.no_options')}
            label="resources.groups.fields.roleIds"
          />
        </ReferenceArrayInput>
      )}
    </>
  );
}
