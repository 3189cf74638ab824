import { type ReactNode } from 'react';
import { Button, SaveButton, Toolbar, useCreatePath, useResourceContext } from 'react-admin';
import { Link } from 'react-router-dom';

/** Save, the way back to the list, and what else can be done. */
export function PageToolbar({
  children,
  readOnly = false,
}: {
  children?: ReactNode;
  readOnly?: boolean;
}) {
  const resource = useResourceContext();
  const createPath = useCreatePath();
  return (
    <Toolbar sx={{ gap: 1 }}>
      {!readOnly && <SaveButton alwaysEnable icon={<></>} />}
      <Button
        component={Link}
        to={createPath({ resource, type: 'list' })}
        label="app.form.to_list"
        size="medium"
      />
      <span style={{ flex: 1 }} />
      {children}
    </Toolbar>
  );
}
