import {
  Alert,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  LinearProgress,
  List,
  ListItem,
  ListItemText,
} from '@mui/material';
import { type ReactElement, type ReactNode, useId, useState } from 'react';
import {
  Button as RaButton,
  type Identifier,
  type RaRecord,
  useListContext,
  useNotify,
  useTranslate,
} from 'react-admin';
import { BulkError } from 'ra-data-rolecall';
import { useNotifyFailure, useSpokenFailure } from './failures';
import { useRefetch } from './useRefetch';
import { useRolecall } from './useRolecall';

interface Props<T extends RaRecord> {
  /** Where its texts are: label, title, what will happen, and that it is undone. */
  texts: string;
  icon: ReactElement;
  color?: 'primary' | 'error';
  name: (record: T) => string;
  /** Whether the viewer may do it with this one, and there is anything to do. */
  may: (record: T) => boolean;
  /** What it means for this one. */
  detail?: (record: T) => string;
  /** Does it with all; those that fail come as a BulkError. */
  run: (ids: Identifier[]) => Promise<unknown>;
  /** Makes those with whom it was done what they were before. */
  undo?: (records: T[]) => Promise<unknown>;
  /** More than the words of the failure. */
  explain?: (record: T, failure: unknown) => ReactNode;
}

/** Does something with the selected records, on whichever pages they are, and says of each what came of it. */
export function BulkAction<T extends RaRecord>({ icon, color = 'primary', ...props }: Props<T>) {
  const { resource, selectedIds, onUnselectItems } = useListContext<T>();
  const rolecall = useRolecall();
  const notifyFailure = useNotifyFailure();
  const refetch = useRefetch();
  const [selected, setSelected] = useState<T[]>();

  const begin = () =>
    rolecall.getMany<T>(resource, { ids: selectedIds }).then(
      ({ data }) => setSelected(data),
      notifyFailure,
    );
  const close = (isDone: boolean) => {
    setSelected(undefined);
    if (!isDone) return;
    onUnselectItems();
    void refetch();
  };
  return (
    <>
      <RaButton label={`${props.texts}.label`} onClick={() => void begin()} color={color}>
        {icon}
      </RaButton>
      {selected && (
        <BulkDialog
          {...props}
          color={color}
          asked={selectedIds.length}
          selected={selected}
          onClose={close}
        />
      )}
    </>
  );
}

interface DialogProps<T extends RaRecord> extends Omit<Props<T>, 'icon'> {
  /** How many were selected; some of them may be gone by now. */
  asked: number;
  selected: T[];
  onClose: (isDone: boolean) => void;
}

function BulkDialog<T extends RaRecord>(props: DialogProps<T>) {
  const { texts, color, name, may, detail, run, undo, explain, asked, selected, onClose } = props;
  const translate = useTranslate();
  const speak = useSpokenFailure();
  const notify = useNotify();
  const notifyFailure = useNotifyFailure();
  const heading = useId();
  const [state, setState] = useState<'asks' | 'works' | 'done'>('asks');
  const [failures, setFailures] = useState(new Map<Identifier, unknown>());

  const records = selected.filter(may);
  const smart_count = records.length;
  const leftOut = asked - records.length;
  const work = async () => {
    setState('works');
    const ids = records.map(({ id }) => id);
    await run(ids).catch((error: unknown) => {
      const failed = error instanceof BulkError ? error.failed : ids.map(id => ({ id, error }));
      setFailures(new Map(failed.map(({ id, error }) => [id, error])));
    });
    setState('done');
  };
  const changed = records.filter(({ id }) => !failures.has(id));
  const takeBack = async () => {
    setState('works');
    try {
      await undo?.(changed);
      notify(`${texts}.undone`, {
        type: 'success',
        messageArgs: { smart_count: changed.length },
      });
    } catch (error) {
      notifyFailure(error);
    }
    onClose(true);
  };
  const outcome = (record: T) => {
    if (state !== 'done') return detail?.(record);
    const failure = failures.get(record.id);
    if (failure === undefined) return translate('app.bulk.done');
    return explain?.(record, failure) ?? speak(failure);
  };
  const close = () => onClose(state === 'done');

  return (
    <Dialog
      open
      onClose={state === 'works' ? undefined : close}
      aria-labelledby={heading}
      fullWidth
      maxWidth="sm"
    >
      <DialogTitle id={heading}>
        {translate(`${texts}.${smart_count > 0 ? 'title' : 'label'}`, { smart_count })}
      </DialogTitle>
      <DialogContent>
        {state === 'asks' && smart_count > 0 && translate(`${texts}.consequence`, { smart_count })}
        {state === 'asks' && leftOut > 0 && (
          <Alert severity="info" sx={{ mt: 2 }}>
            {translate('app.bulk.left_out', { smart_count: leftOut })}
          </Alert>
        )}
        {state === 'works' && <LinearProgress aria-label={translate('app.bulk.progress')} />}
        <div role="status">
          {state === 'done' && (
            <Alert severity={failures.size > 0 ? 'warning' : 'success'}>
              {translate('app.bulk.summary', {
                done: changed.length,
                total: smart_count,
              })}
            </Alert>
          )}
        </div>
        <List dense>
          {records.map(record => (
            <ListItem key={record.id} disableGutters>
              <ListItemText
                primary={name(record)}
                secondary={outcome(record)}
                slotProps={{
                  secondary: {
                    component: 'div',
                    ...(state === 'done' && {
                      color: failures.has(record.id) ? 'error' : 'success',
                    }),
                  },
                }}
              />
            </ListItem>
          ))}
        </List>
      </DialogContent>
      <DialogActions>
        <Button disabled={state === 'works'} onClick={close}>
          {translate(state === 'done' ? 'ra.action.close' : 'ra.action.cancel')}
        </Button>
        {state === 'done' && undo && changed.length > 0 && (
          <Button onClick={() => void takeBack()}>{translate('ra.action.undo')}</Button>
        )}
        {state !== 'done' && smart_count > 0 && (
          <Button
            variant="contained"
            color={color}
            disabled={state === 'works'}
            onClick={() => void work()}
          >
            {translate(`${texts}.label`)}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}
