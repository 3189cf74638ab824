import DeleteOutlined from '@mui/icons-material/DeleteOutlined';
import { IconButton, TableCell, TableRow, Typography } from '@mui/material';
import { useTranslate } from 'react-admin';
import { PermissionMark } from './PermissionMark';
import { PARTS, type RuleRow, triple } from './rules';

export interface RuleNote {
  text: string;
  isError: boolean;
}

/** A rule that is saved: it can go, but not become another one. */
export function SavedRule({
  row,
  note,
  onRemove,
}: {
  row: RuleRow;
  note?: RuleNote;
  onRemove?: () => void;
}) {
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
            onClick={onRemove}
            aria-label={translate('resources.roles.rules.remove', { rule: triple(row) })}
          >
            <DeleteOutlined fontSize="small" />
          </IconButton>
        )}
      </TableCell>
    </TableRow>
  );
}

export function Note({ note }: { note: RuleNote }) {
  return (
    <Typography
      variant="caption"
      sx={{ display: 'block', color: note.isError ? 'error.main' : 'warning.main' }}
    >
      {note.text}
    </Typography>
  );
}
