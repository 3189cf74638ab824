import { Card, Stack, Typography } from '@mui/material';
import { type ReactNode, useId } from 'react';
import { useTranslate } from 'react-admin';

interface Props {
  title: string;
  /** A sentence where people hesitate. */
  help?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A part of a page under a heading of its own. */
export function Section({ title, help, actions, children }: Props) {
  const translate = useTranslate();
  const heading = useId();
  return (
    <Card component="section" aria-labelledby={heading} sx={{ p: { xs: 2, sm: 3 }, mt: 2 }}>
      <Stack direction="row" sx={{ alignItems: 'flex-start', gap: 2 }}>
        <Typography id={heading} component="h2" variant="h6" sx={{ flex: 1 }}>
          {translate(title, { _: title })}
        </Typography>
        {actions}
      </Stack>
      {help && (
        <Typography variant="body2" color="textSecondary" sx={{ mb: 1.5, mt: 0.5, maxWidth: 720 }}>
          {typeof help === 'string' ? translate(help, { _: help }) : help}
        </Typography>
      )}
      {children}
    </Card>
  );
}
