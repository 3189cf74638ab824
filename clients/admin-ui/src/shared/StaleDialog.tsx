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
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useRecordContext, useResourceContext, useTranslate } from 'react-admin';
import { useFormContext } from 'react-hook-form';
import type { ResourceRecord } from 'ra-data-rolecall';

type Values = Record<string, unknown>;
type Choice = 'mine' | 'theirs';

export interface StaleField {
  source: string;
  show?: (value: unknown) => ReactNode;
}

interface Props {
  /** The record as it is now, when it is another than the one the form was opened with. */
  stale: ResourceRecord | undefined;
  fields: StaleField[];
  onSettled: () => void;
}

/** Shows field by field what others changed meanwhile, and lets the person keep theirs or take it. */
export function StaleDialog({ stale, fields, onSettled }: Props) {
  const translate = useTranslate();
  const heading = useId();
  const resource = useResourceContext()!;
  const opened = useRecordContext<ResourceRecord & Values>();
  const { getValues, setValue } = useFormContext<Values>();
  const queryClient = useQueryClient();
  const [choices, setChoices] = useState<Record<string, Choice>>({});
  const kept = useRef<{ version: number; values: Values }>(null);

  // The form starts over from the record as it is now; then comes back what is to be kept of the old one.
  const version = opened?.version;
  useEffect(() => {
    const { current } = kept;
    if (!current || current.version !== version) return;
    kept.current = null;
    setTimeout(() => {
      for (const [source, value] of Object.entries(current.values)) {
        setValue(source, value, { shouldDirty: true });
      }
    });
  }, [version, setValue]);

  if (!stale || !opened) return null;
  const theirs: Values = { ...stale };
  const mine = getValues();
  const differs = (a: unknown, b: unknown) => JSON.stringify(a ?? '') !== JSON.stringify(b ?? '');
  const changedByThem = fields.filter(({ source }) => differs(theirs[source], opened[source]));
  const changedByMe = fields.filter(({ source }) => differs(mine[source], opened[source]));
  const choiceOf = (source: string): Choice =>
    choices[source] ?? (changedByMe.some(field => field.source === source) ? 'mine' : 'theirs');

  const apply = () => {
    const values: Values = {};
    for (const { source } of changedByMe) {
      if (choiceOf(source) === 'mine') values[source] = mine[source];
    }
    kept.current = { version: stale.version, values };
    queryClient.setQueriesData({ queryKey: [resource, 'getOne', { id: stale.id }] }, stale);
    onSettled();
  };

  return (
    <Dialog open aria-labelledby={heading} fullWidth maxWidth="md">
      <DialogTitle id={heading}>{translate('app.stale.title')}</DialogTitle>
      <DialogContent>
        <DialogContentText sx={{ mb: 2 }}>
          {translate(changedByThem.length ? 'app.stale.explain' : 'app.stale.elsewhere')}
        </DialogContentText>
        {changedByThem.map(({ source, show = plain }) => (
          <RadioGroup
            key={source}
            aria-label={translate(`resources.${resource}.fields.${source}`)}
            value={choiceOf(source)}
            onChange={(_, value) =>
              setChoices(before => ({ ...before, [source]: value as Choice }))
            }
            sx={{ mb: 2 }}
          >
            <Typography component="h3" variant="subtitle2">
              {translate(`resources.${resource}.fields.${source}`)}
            </Typography>
            <Typography variant="body2" color="textSecondary">
              {translate('app.stale.before')}: {show(opened[source])}
            </Typography>
            <Option value="theirs" label={translate('app.stale.theirs')}>
              {show(theirs[source])}
            </Option>
            <Option value="mine" label={translate('app.stale.mine')}>
              {show(mine[source])}
            </Option>
          </RadioGroup>
        ))}
      </DialogContent>
      <DialogActions>
        <Button variant="contained" onClick={apply} autoFocus>
          {translate('app.stale.apply')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function Option({ value, label, children }: { value: Choice; label: string; children: ReactNode }) {
  return (
    <FormControlLabel
      value={value}
      control={<Radio size="small" />}
      label={
        <Stack direction="row" sx={{ gap: 1 }}>
          <strong>{label}:</strong>
          <span>{children}</span>
        </Stack>
      }
    />
  );
}

const plain = (value: unknown): ReactNode => (value ? String(value) : '–');
