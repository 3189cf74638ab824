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
import { type ReactElement, useId, useState } from 'react';
import {
  Button as RaButton,
  type RaRecord,
  useListContext,
  useRefresh,
  useTranslate,
} from 'react-admin';
import { useSpokenFailure } from './failures';

interface Props<T extends RaRecord> {
  /** Where its texts are: label, title, what will happen, done. */
  texts: string;
  icon: ReactElement;
  color?: 'primary' | 'error';
  name: (record: T) => string;
  run: (record: T) => Promise<unknown>;
}

interface Outcome {
  name: string;
  /** Why it could not be done; empty where it was. */
  failure: string;
}

/** Does something to each selected record in turn, and says of each what came of it. */
export function BulkAction<T extends RaRecord>({
  texts,
  icon,
  color = 'primary',
  name,
  run,
}: Props<T>) {
  const translate = useTranslate();
  const { data = [], selectedIds, onUnselectItems } = useListContext<T>();
  const speak = useSpokenFailure();
  const refresh = useRefresh();
  const heading = useId();
  const [chosen, setChosen] = useState<T[]>();
  const [outcomes, setOutcomes] = useState<Outcome[]>([]);
  const [busy, setBusy] = useState(false);

  const begin = () => {
    setOutcomes([]);
    setChosen(data.filter(record => selectedIds.includes(record.id)));
  };
  const work = async (records: T[]) => {
    setBusy(true);
    for (const record of records) {
      const failure = await run(record).then(() => '', speak);
      setOutcomes(before => [...before, { name: name(record), failure }]);
    }
    setBusy(false);
  };
  const close = () => {
    setChosen(undefined);
    if (outcomes.length === 0) return;
    onUnselectItems();
    refresh();
  };

  const over = !busy && outcomes.length > 0;
  return (
    <>
      <RaButton label={`${texts}.label`} onClick={begin} color={color}>
        {icon}
      </RaButton>
      {chosen && (
        <Dialog
          open
          onClose={busy ? undefined : close}
          aria-labelledby={heading}
          fullWidth
          maxWidth="sm"
        >
          <DialogTitle id={heading}>
            {translate(`${texts}.title`, { smart_count: chosen.length })}
          </DialogTitle>
          <DialogContent>
            {outcomes.length === 0 &&
              translate(`${texts}.consequence`, { smart_count: chosen.length })}
            {busy && (
              <LinearProgress
                variant="determinate"
                aria-label={translate('app.bulk.progress')}
                value={(100 * outcomes.length) / chosen.length}
              />
            )}
            <div role="status">{over && <Summary outcomes={outcomes} />}</div>
            <List dense>
              {(outcomes.length > 0
                ? outcomes
                : chosen.map(record => ({ name: name(record), failure: null }))
              ).map((outcome, index) => (
                <ListItem key={index} disableGutters>
                  <ListItemText
                    primary={outcome.name}
                    secondary={
                      outcome.failure === null
                        ? undefined
                        : outcome.failure || translate('app.bulk.done')
                    }
                    slotProps={{
                      secondary: { sx: { color: outcome.failure ? 'error.main' : 'success.main' } },
                    }}
                  />
                </ListItem>
              ))}
            </List>
          </DialogContent>
          <DialogActions>
            <Button disabled={busy} onClick={close}>
              {translate(over ? 'ra.action.close' : 'ra.action.cancel')}
            </Button>
            {outcomes.length === 0 && (
              <Button
                variant="contained"
                color={color}
                disabled={busy}
                onClick={() => void work(chosen)}
              >
                {translate(`${texts}.label`)}
              </Button>
            )}
          </DialogActions>
        </Dialog>
      )}
    </>
  );
}

function Summary({ outcomes }: { outcomes: Outcome[] }) {
  const translate = useTranslate();
  const failed = outcomes.filter(({ failure }) => failure).length;
  return (
    <Alert severity={failed ? 'warning' : 'success'}>
      {translate('app.bulk.summary', { done: outcomes.length - failed, total: outcomes.length })}
    </Alert>
  );
}
