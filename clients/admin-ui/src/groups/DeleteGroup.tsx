import { DialogContentText } from '@mui/material';
import { useRecordContext, useTranslate } from 'react-admin';
import type { GroupRecord } from 'ra-data-rolecall';
import { DeleteRecord } from '../shared/DeleteRecord';

/** Deletes a group once the person has read what goes along with it. */
export function DeleteGroup() {
  const group = useRecordContext<GroupRecord>();
  const translate = useTranslate();
  if (!group?.viewerCan.delete) return null;
  const hasUsers = group.userCount > 0;
  return (
    <DeleteRecord
      record={group}
      title={translate('resources.groups.delete.title', { title: group.title })}
      meta={{ force: hasUsers }}
    >
      <DialogContentText>
        {translate(`resources.groups.delete.${hasUsers ? 'consequence' : 'consequence_empty'}`, {
          smart_count: group.userCount,
        })}
      </DialogContentText>
    </DeleteRecord>
  );
}
