import DeleteOutlined from '@mui/icons-material/DeleteOutlined';
import {
  Autocomplete,
  IconButton,
  MenuItem,
  TableCell,
  TableRow,
  TextField,
  createFilterOptions,
} from '@mui/material';
import { type ClipboardEvent, memo } from 'react';
import { useTranslate } from 'react-admin';
import { Controller, useFormContext } from 'react-hook-form';
import { useNarrow } from '../shared/useNarrow';
import { Note, type RuleNote } from './SavedRule';
import { PARTS, type Part, type RuleRow, parseRules } from './rules';

interface Props {
  index: number;
  names: Record<Part, string[]>;
  note: RuleNote | undefined;
  onPaste: (index: number, rows: RuleRow[]) => void;
  onRemove: (index: number) => void;
}

/** More than anybody reads through. */
const FEW = createFilterOptions<string>({ limit: 50 });

/** A rule that is not saved yet. */
export const RuleEditor = memo(function RuleEditor({ index, names, note, onPaste, onRemove }: Props) {
  const translate = useTranslate();
  const paste = (event: ClipboardEvent) => {
    const rows = parseRules(event.clipboardData.getData('text'));
    if (!rows) return;
    event.preventDefault();
    onPaste(index, rows);
  };
  return (
    <TableRow sx={{ verticalAlign: 'top' }} onPaste={paste}>
      {PARTS.map(part => (
        <TableCell key={part} sx={{ minWidth: 140 }}>
          <PartInput index={index} part={part} names={names[part]} />
        </TableCell>
      ))}
      <TableCell sx={{ minWidth: 120 }}>
        <PermissionInput index={index} />
        {note && <Note note={note} />}
      </TableCell>
      <TableCell align="right" padding="none" sx={{ pt: 1.5 }}>
        <IconButton
          size="small"
          onClick={() => onRemove(index)}
          aria-label={translate('resources.roles.rules.remove_row', { row: index + 1 })}
        >
          <DeleteOutlined fontSize="small" />
        </IconButton>
      </TableCell>
    </TableRow>
  );
});

/** Columns have headings; on narrow screens each input has a label of its own. */
function useLabel(name: string) {
  const translate = useTranslate();
  const narrow = useNarrow();
  const label = translate(`resources.roles.rules.${name}`);
  return narrow ? { label, hidden: undefined } : { label: undefined, hidden: label };
}

function PartInput({ index, part, names }: { index: number; part: Part; names: string[] }) {
  const translate = useTranslate();
  const { label, hidden } = useLabel(part);
  const { control } = useFormContext<{ rules: RuleRow[] }>();
  return (
    <Controller
      control={control}
      name={`rules.${index}.${part}`}
      rules={{ validate: value => Boolean(value?.trim()) || translate('ra.validation.required') }}
      render={({ field: { value, onChange, onBlur, ref }, fieldState: { error } }) => (
        <Autocomplete
          freeSolo
          autoSelect
          disableClearable
          options={names}
          filterOptions={FEW}
          inputValue={value ?? ''}
          onInputChange={(_, text) => onChange(text)}
          onBlur={onBlur}
          size="small"
          renderOption={({ key, ...props }, option) => (
            <li key={key} {...props}>
              <code>{option}</code>
              {option === '*' && <span>&nbsp;– {translate('resources.roles.rules.wildcard')}</span>}
            </li>
          )}
          renderInput={params => (
            <TextField
              {...params}
              inputRef={ref}
              margin="none"
              label={label}
              slotProps={{
                ...params.slotProps,
                htmlInput: { ...params.slotProps.htmlInput, 'aria-label': hidden },
              }}
              error={Boolean(error)}
              helperText={error?.message}
            />
          )}
        />
      )}
    />
  );
}

function PermissionInput({ index }: { index: number }) {
  const translate = useTranslate();
  const { label, hidden } = useLabel('permission');
  const { control } = useFormContext<{ rules: RuleRow[] }>();
  return (
    <Controller
      control={control}
      name={`rules.${index}.permission`}
      render={({ field: { ref, ...field } }) => (
        <TextField
          {...field}
          inputRef={ref}
          select
          margin="none"
          size="small"
          label={label}
          slotProps={{ select: { SelectDisplayProps: { 'aria-label': hidden } } }}
        >
          <MenuItem value="ALLOW">{translate('resources.roles.rules.ALLOW')}</MenuItem>
          <MenuItem value="DENY">{translate('resources.roles.rules.DENY')}</MenuItem>
        </TextField>
      )}
    />
  );
}
