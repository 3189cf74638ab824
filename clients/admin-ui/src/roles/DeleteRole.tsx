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
import type { RoleRecord } from 'ra-data-rolecall';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import { GroupsOfRole } from './RoleGroups';

/** Deletes a role, or says which groups stand in the way. */
export function DeleteRole() {
  const role = useRecordContext<RoleRecord>();
  const translate = useTranslate();
  const dataProvider = useDataProvider();
  const notify = useNotify();
  const redirect = useRedirect();
  const refresh = useRefresh();
  const [open, setOpen] = useState(false);
  if (!role?.viewerCan.delete) return null;

  const remove = async () => {
    await dataProvider.delete('roles', { id: role.id, previousData: role });
    notify('resources.roles.notifications.deleted', {
      type: 'success',
      messageArgs: { smart_count: 1 },
    });
    redirect('list', 'roles');
    refresh();
  };
  const isUsed = role.groupCount > 0;

  return (
    <>
      <Button label="ra.action.delete" color="error" size="medium" onClick={() => setOpen(true)}>
        <DeleteOutlined />
      </Button>
      {open && (
        <ConfirmDialog
          title={translate(
            isUsed ? 'resources.roles.delete.blocked_title' : 'resources.roles.delete.title',
            { name: role.name },
          )}
          action={isUsed ? undefined : translate('resources.roles.delete.action')}
          color="error"
          onConfirm={remove}
          onClose={() => setOpen(false)}
        >
          <DialogContentText>
            {translate(
              isUsed ? 'resources.roles.delete.blocked' : 'resources.roles.delete.consequence',
              { smart_count: role.groupCount },
            )}
          </DialogContentText>
          {isUsed && <GroupsOfRole />}
        </ConfirmDialog>
      )}
    </>
  );
}
