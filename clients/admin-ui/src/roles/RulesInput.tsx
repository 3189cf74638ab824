import AddOutlined from '@mui/icons-material/AddOutlined';
import {
  Alert,
  Box,
  Button,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
  Typography,
} from '@mui/material';
import { useCallback } from 'react';
import { useTranslate } from 'react-admin';
import { useFieldArray, useFormContext, useFormState, useWatch } from 'react-hook-form';
import { STACKED } from '../shared/stacked';
import { useNarrow } from '../shared/useNarrow';
import { RuleEditor } from './RuleEditor';
import { SavedRule } from './SavedRule';
import { EMPTY_RULE, type RuleRow, duplicates, overruled } from './rules';
import { useNamesInUse } from './useNamesInUse';

interface Values {
  rules: RuleRow[];
}

const COLUMNS = {
  tableLayout: 'fixed',
  '& th:nth-of-type(4)': { width: 150 },
  '& th:last-of-type': { width: 48 },
} as const;

/** A role's rules as a table: saved ones to read and remove, new ones to fill in, several at once. */
export function RulesInput({ readOnly = false }: { readOnly?: boolean }) {
  const translate = useTranslate();
  const narrow = useNarrow();
  const { control, getValues } = useFormContext<Values>();
  const { errors } = useFormState<Values>({ control });
  const rows = useWatch({ control, name: 'rules' }) ?? [];
  const { fields, append, remove, replace } = useFieldArray({
    control,
    name: 'rules',
    keyName: 'key',
    rules: {
      validate: value =>
        duplicates(value ?? []).size === 0 || translate('resources.roles.rules.duplicates'),
    },
  });
  const names = useNamesInUse(fields.some(({ id }) => !id));
  const twice = duplicates(rows);
  const moot = overruled(rows);

  /** Pasted lines take the place of the row that they are pasted into. */
  const paste = useCallback(
    (index: number, pasted: RuleRow[]) => replace(getValues('rules').toSpliced(index, 1, ...pasted)),
    [getValues, replace],
  );
  const note = (index: number) => {
    if (twice.has(index)) return 'duplicate';
    return moot.has(index) ? 'overruled' : undefined;
  };
  const failure = errors.rules?.root?.message ?? errors.rules?.message;

  return (
    <Box sx={{ width: '100%', mt: 2 }} role="group" aria-labelledby="rules-heading">
      <Typography id="rules-heading" component="h2" variant="h6">
        {translate('resources.roles.fields.rules')}
      </Typography>
      <Typography variant="body2" color="textSecondary" sx={{ maxWidth: 760, mt: 0.5, mb: 1 }}>
        {translate('resources.roles.rules.help')}
      </Typography>
      {typeof failure === 'string' && failure && <Alert severity="error">{failure}</Alert>}
      {fields.length === 0 && (
        <Alert severity="info">{translate('resources.roles.rules.none')}</Alert>
      )}
      {fields.length > 0 && (
        <Table size="small" sx={narrow ? STACKED : COLUMNS}>
          <RulesHead />
          <TableBody>
            {fields.map((field, index) =>
              field.id ? (
                <SavedRule
                  key={field.key}
                  index={index}
                  row={field}
                  note={note(index)}
                  onRemove={readOnly ? undefined : remove}
                />
              ) : (
                <RuleEditor
                  key={field.key}
                  index={index}
                  names={names}
                  note={note(index)}
                  onPaste={paste}
                  onRemove={remove}
                />
              ),
            )}
          </TableBody>
        </Table>
      )}
      {!readOnly && (
        <Button
          startIcon={<AddOutlined />}
          onClick={() => append(EMPTY_RULE, { focusName: `rules.${fields.length}.bundle` })}
          sx={{ mt: 1 }}
        >
          {translate(
            fields.length === 0 ? 'resources.roles.rules.add_first' : 'resources.roles.rules.add',
          )}
        </Button>
      )}
      {!readOnly && (
        <Typography variant="caption" color="textSecondary" sx={{ display: 'block' }}>
          {translate('resources.roles.rules.paste')}
        </Typography>
      )}
    </Box>
  );
}

function RulesHead() {
  const translate = useTranslate();
  return (
    <TableHead>
      <TableRow>
        {['bundle', 'controller', 'action', 'permission'].map(part => (
          <TableCell key={part}>{translate(`resources.roles.rules.${part}`)}</TableCell>
        ))}
        <TableCell>
          <span className="visually-hidden">{translate('ra.action.remove')}</span>
        </TableCell>
      </TableRow>
    </TableHead>
  );
}
