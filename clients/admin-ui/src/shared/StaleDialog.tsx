import {
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogContentText,
  DialogTitle,
  FormControlLabel,
  Radio,
  RadioGroup,
  Stack,
  Typography,
} from '@mui/material';
import { type ReactNode, useId, useState } from 'react';
import { useResourceContext, useTranslate } from 'react-admin';
import { type Values, list, minus, rebase, same } from './rebase';

type Choice = 'mine' | 'theirs';

export interface ShownField {
  source: string;
  show?: (value: unknown) => ReactNode;
}

interface Props {
  fields: ShownField[];
  /** What the form was filled with, what is in it now, and what became of the record meanwhile. */
  opened: Values;
  mine: Values;
  theirs: Values;
  /** Goes on with the record as it is now, and this over it. */
  onSettled: (kept: Values) => void;
}

/** Shows what others changed meanwhile, and asks where the person changed the same. */
export function StaleDialog({ fields, opened, mine, theirs, onSettled }: Props) {
  const translate = useTranslate();
  const heading = useId();
  const resource = useResourceContext()!;
  const [choices, setChoices] = useState<Record<string, Choice>>({});
  const { kept, conflicts } = rebase(opened, mine, theirs);
  const changed = fields.filter(({ source }) => !same(theirs[source], opened[source]));

  const apply = () => {
    const chosen = Object.entries(kept).filter(([source]) => choices[source] !== 'theirs');
    onSettled(Object.fromEntries(chosen));
  };

  return (
    <Dialog open aria-labelledby={heading} fullWidth maxWidth="md">
      <DialogTitle id={heading}>{translate('app.stale.title')}</DialogTitle>
      <DialogContent>
        <DialogContentText sx={{ mb: 2 }}>
          {translate(conflicts.length > 0 ? 'app.stale.choose' : 'app.stale.merged')}
        </DialogContentText>
        {changed.map(({ source, show = plain }) => {
          const label = translate(`resources.${resource}.fields.${source}`);
          return (
            <Stack key={source} sx={{ mb: 2 }}>
              <Typography component="h3" variant="subtitle2">
                {label}
              </Typography>
              {conflicts.includes(source) ? (
                <Conflict
                  label={label}
                  before={show(opened[source])}
                  mine={show(mine[source])}
                  theirs={show(theirs[source])}
                  choice={choices[source] ?? 'mine'}
                  onChoose={choice => setChoices({ ...choices, [source]: choice })}
                />
              ) : (
                <Difference before={opened[source]} after={theirs[source]} show={show} />
              )}
            </Stack>
          );
        })}
      </DialogContent>
      <DialogActions>
        <Button variant="contained" onClick={apply} autoFocus>
          {translate('app.stale.apply')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

interface ConflictProps {
  label: string;
  before: ReactNode;
  mine: ReactNode;
  theirs: ReactNode;
  choice: Choice;
  onChoose: (choice: Choice) => void;
}

function Conflict({ label, before, mine, theirs, choice, onChoose }: ConflictProps) {
  const translate = useTranslate();
  const option = (value: Choice, content: ReactNode) => (
    <FormControlLabel
      value={value}
      control={<Radio size="small" />}
      label={<Line label={translate(`app.stale.${value}`)}>{content}</Line>}
    />
  );
  return (
    <RadioGroup
      aria-label={label}
      value={choice}
      onChange={(_, value) => onChoose(value as Choice)}
    >
      <Typography variant="body2" color="textSecondary">
        {translate('app.stale.before')}: {before}
      </Typography>
      {option('theirs', theirs)}
      {option('mine', mine)}
    </RadioGroup>
  );
}

interface DifferenceProps {
  before: unknown;
  after: unknown;
  show: (value: unknown) => ReactNode;
}

/** What somebody else changed; of a list, only what came and what went. */
function Difference({ before, after, show }: DifferenceProps) {
  const translate = useTranslate();
  if (!Array.isArray(after)) return <Line label={translate('app.stale.theirs')}>{show(after)}</Line>;
  const added = minus(after, list(before));
  const removed = minus(list(before), after);
  return (
    <>
      {added.length > 0 && <Line label={translate('app.stale.added')}>{show(added)}</Line>}
      {removed.length > 0 && <Line label={translate('app.stale.removed')}>{show(removed)}</Line>}
    </>
  );
}

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Stack direction="row" sx={{ gap: 1 }}>
      <strong>{label}:</strong>
      <div>{children}</div>
    </Stack>
  );
}

const plain = (value: unknown): ReactNode => (value ? String(value) : '–');
