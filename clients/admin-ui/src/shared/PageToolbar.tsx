import { Box, Button } from '@mui/material';
import { type ReactNode } from 'react';
import { SaveButton, Toolbar, useCreatePath, useResourceContext, useTranslate } from 'react-admin';
import { Link } from 'react-router-dom';

/** Save, the way back to the list, and what else can be done. */
export function PageToolbar({
  children,
  readOnly = false,
}: {
  children?: ReactNode;
  readOnly?: boolean;
}) {
  const translate = useTranslate();
  const resource = useResourceContext();
  const createPath = useCreatePath();
  return (
    <Toolbar sx={{ gap: 1, flexWrap: 'wrap' }}>
      {!readOnly && <SaveButton alwaysEnable icon={<></>} />}
      <Button component={Link} to={createPath({ resource, type: 'list' })}>
        {translate('app.form.to_list')}
      </Button>
      <Box sx={{ flex: 1 }} />
      {children}
    </Toolbar>
  );
}
