import { Button, List, ListItem, Popover } from '@mui/material';
import { type MouseEvent, useState } from 'react';
import { useTranslate } from 'react-admin';

/** How many, and which ones at a click. */
export function NamesOnDemand({ label, names }: { label: string; names: string[] }) {
  const translate = useTranslate();
  const [anchor, setAnchor] = useState<Element | null>(null);
  const open = (event: MouseEvent) => {
    event.stopPropagation();
    setAnchor(event.currentTarget);
  };
  const close = (event: object) => {
    if ('stopPropagation' in event) (event as MouseEvent).stopPropagation();
    setAnchor(null);
  };
  return (
    <>
      <Button
        size="small"
        onClick={open}
        aria-haspopup="true"
        disabled={names.length === 0}
        sx={{ py: 0, px: 0.5, mx: -0.5, minWidth: 0, whiteSpace: 'nowrap' }}
      >
        {translate(label, { smart_count: names.length })}
      </Button>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={close}
        onClick={event => event.stopPropagation()}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
      >
        <List dense>
          {names.map(name => (
            <ListItem key={name}>{name}</ListItem>
          ))}
        </List>
      </Popover>
    </>
  );
}
