import DeleteOutlined from '@mui/icons-material/DeleteOutlined';
import { IconButton, TableCell, TableRow, Typography } from '@mui/material';
import { memo } from 'react';
import { useTranslate } from 'react-admin';
import { PermissionMark } from './PermissionMark';
import { PARTS, type RuleRow, triple } from './rules';

/** What is odd about a rule beside others: an error, or without effect. */
export type RuleNote = 'duplicate' | 'overruled';

interface Props {
  index: number;
  row: RuleRow;
  note: RuleNote | undefined;
  onRemove: ((index: number) => void) | undefined;
}

/** A rule that is saved: it can go, but not become another one. */
export const SavedRule = memo(function SavedRule({ index, row, note, onRemove }: Props) {
  const translate = useTranslate();
  return (
    <TableRow>
      {PARTS.map(part => (
        <TableCell key={part}>
          <code>{row[part]}</code>
        </TableCell>
      ))}
      <TableCell>
        <PermissionMark permission={row.permission} />
        {note && <Note note={note} />}
      </TableCell>
      <TableCell align="right" padding="none">
        {onRemove && (
          <IconButton
            size="small"
            onClick={() => onRemove(index)}
            aria-label={translate('resources.roles.rules.remove', { rule: triple(row) })}
          >
            <DeleteOutlined fontSize="small" />
          </IconButton>
        )}
      </TableCell>
    </TableRow>
  );
});

export function Note({ note }: { note: RuleNote }) {
  const translate = useTranslate();
  return (
    <Typography
      variant="caption"
      sx={{ display: 'block', color: note === 'duplicate' ? 'error.main' : 'warning.main' }}
    >
      {translate(`resources.roles.rules.${note}`)}
    </Typography>
  );
}
