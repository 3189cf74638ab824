import { Box, Checkbox, List, ListItem, ListItemButton, ListItemText } from '@mui/material';
import type { ReactNode } from 'react';
import {
  BulkActionsToolbar,
  ListNoResults,
  type RaRecord,
  useCreatePath,
  useListContext,
  useTranslate,
} from 'react-admin';
import { Link } from 'react-router-dom';

interface Props<T extends RaRecord> {
  name: (record: T) => string;
  detail: (record: T) => string;
  mark?: (record: T) => ReactNode;
  /** What can be done with several at once; nothing can be selected where there is none. */
  bulkActionButtons: ReactNode;
  isRowSelectable?: (record: T) => boolean;
}

/** A list where there is room for one column alone. */
export function CardList<T extends RaRecord>(props: Props<T>) {
  const { name, detail, mark, bulkActionButtons, isRowSelectable } = props;
  const translate = useTranslate();
  const createPath = useCreatePath();
  const { data = [], isPending, resource, selectedIds, onToggleItem } = useListContext<T>();
  if (data.length === 0) return isPending ? null : <ListNoResults />;
  return (
    <>
      {bulkActionButtons && (
        <Box sx={TOOLBAR}>
          <BulkActionsToolbar>{bulkActionButtons}</BulkActionsToolbar>
        </Box>
      )}
      <List disablePadding>
        {data.map(record => (
          <ListItem key={record.id} disablePadding divider>
            {bulkActionButtons && (
              <Checkbox
                checked={selectedIds.includes(record.id)}
                onChange={() => onToggleItem(record.id)}
                disabled={isRowSelectable?.(record) === false}
                aria-label={translate('app.list.select', { name: name(record) })}
              />
            )}
            <ListItemButton
              component={Link}
              to={createPath({ resource, type: 'edit', id: record.id })}
              sx={{ minWidth: 0, gap: 1, overflowWrap: 'anywhere' }}
            >
              <ListItemText primary={name(record)} secondary={detail(record)} />
              {mark?.(record)}
            </ListItemButton>
          </ListItem>
        ))}
      </List>
    </>
  );
}

// In sight however far down the selected rows are; react-admin puts it over what is above a table.
const TOOLBAR = {
  position: 'sticky',
  top: 48,
  zIndex: 3,
  '&& .RaBulkActionsToolbar-toolbar': { position: 'static', transform: 'none', px: 1.5 },
} as const;
