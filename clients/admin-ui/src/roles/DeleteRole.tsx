import { DialogContentText } from '@mui/material';
import { useCanAccess, useRecordContext, useTranslate } from 'react-admin';
import type { RoleRecord } from 'ra-data-rolecall';
import { DeleteRecord } from '../shared/DeleteRecord';
import { GroupsOfRole } from './RoleGroups';

/** Deletes a role, or says which groups stand in the way. */
export function DeleteRole() {
  const role = useRecordContext<RoleRecord>();
  const translate = useTranslate();
  const { canAccess: mayReadGroups } = useCanAccess({ resource: 'groups', action: 'list' });
  if (!role?.viewerCan.delete) return null;
  const isUsed = role.groupCount > 0;
  return (
    <DeleteRecord
      record={role}
      title={translate(`resources.roles.delete.${isUsed ? 'blocked_title' : 'title'}`, {
        name: role.name,
      })}
      isBlocked={isUsed}
    >
      <DialogContentText>
        {translate(`resources.roles.delete.${isUsed ? 'blocked' : 'consequence'}`, {
          smart_count: role.groupCount,
        })}
      </DialogContentText>
      {isUsed && mayReadGroups && <GroupsOfRole />}
    </DeleteRecord>
  );
}
