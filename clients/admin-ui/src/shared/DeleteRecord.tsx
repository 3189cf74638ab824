import DeleteOutlined from '@mui/icons-material/DeleteOutlined';
import { type ReactNode, useState } from 'react';
import {
  Button,
  type RaRecord,
  useNotify,
  useRedirect,
  useResourceContext,
  useTranslate,
} from 'react-admin';
import { useFormContext } from 'react-hook-form';
import { ConfirmDialog } from './ConfirmDialog';
import { useRolecall } from './useRolecall';

interface Props {
  record: RaRecord;
  title: string;
  /** What goes along with it, or stands in the way. */
  children: ReactNode;
  /** Whether something stands in the way. */
  isBlocked?: boolean;
  meta?: object;
}

/** Deletes the record of a form once the person has read what that means. */
export function DeleteRecord({ record, title, children, isBlocked = false, meta }: Props) {
  const translate = useTranslate();
  const resource = useResourceContext()!;
  const rolecall = useRolecall();
  const { reset } = useFormContext();
  const notify = useNotify();
  const redirect = useRedirect();
  const [open, setOpen] = useState(false);

  const remove = async () => {
    await rolecall.delete(resource, { id: record.id, previousData: record, meta });
    // Nobody is asked whether to leave what was typed about something that is gone.
    reset();
    notify(`resources.${resource}.notifications.deleted`, {
      type: 'success',
      messageArgs: { smart_count: 1 },
    });
    redirect('list', resource);
  };

  return (
    <>
      <Button label="ra.action.delete" color="error" size="medium" onClick={() => setOpen(true)}>
        <DeleteOutlined />
      </Button>
      {open && (
        <ConfirmDialog
          title={title}
          action={isBlocked ? undefined : translate(`resources.${resource}.delete.action`)}
          color="error"
          onConfirm={remove}
          onClose={() => setOpen(false)}
        >
          {children}
        </ConfirmDialog>
      )}
    </>
  );
}
