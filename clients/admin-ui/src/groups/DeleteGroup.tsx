import DeleteOutlined from '@mui/icons-material/DeleteOutlined';
import { DialogContentText } from '@mui/material';
import { useState } from 'react';
import {
  Button,
  useDataProvider,
  useNotify,
  useRecordContext,
  useRedirect,
  useRefresh,
  useTranslate,
} from 'react-admin';
import type { GroupRecord } from 'ra-data-rolecall';
import { ConfirmDialog } from '../shared/ConfirmDialog';

/** Deletes a group once the person has read what goes along with it. */
export function DeleteGroup() {
  const group = useRecordContext<GroupRecord>();
  const translate = useTranslate();
  const dataProvider = useDataProvider();
  const notify = useNotify();
  const redirect = useRedirect();
  const refresh = useRefresh();
  const [open, setOpen] = useState(false);
  if (!group?.viewerCan.delete) return null;

  const remove = async () => {
    await dataProvider.delete('groups', {
      id: group.id,
      previousData: group,
      meta: { force: group.userCount > 0 },
    });
    notify('resources.groups.notifications.deleted', {
      type: 'success',
      messageArgs: { smart_count: 1 },
    });
    redirect('list', 'groups');
    refresh();
  };

  return (
    <>
      <Button label="ra.action.delete" color="error" size="medium" onClick={() => setOpen(true)}>
        <DeleteOutlined />
      </Button>
      {open && (
        <ConfirmDialog
          title={translate('resources.groups.delete.title', { title: group.title })}
          action={translate('resources.groups.delete.action')}
          color="error"
          onConfirm={remove}
          onClose={() => setOpen(false)}
        >
          <DialogContentText>
            {translate(
              `resources.groups.delete.${group.userCount > 0 ? 'consequence' : 'consequence_empty'}`,
              { smart_count: group.userCount },
            )}
          </DialogContentText>
        </ConfirmDialog>
      )}
    </>
  );
}
