import { Box, Card, Typography } from '@mui/material';
import { CreateButton, useCanAccess, useResourceContext, useTranslate } from 'react-admin';

/** What a list is for, while there is nothing in it. */
export function EmptyList({ create }: { create?: string }) {
  const translate = useTranslate();
  const resource = useResourceContext()!;
  const { canAccess } = useCanAccess({ resource, action: 'create' });
  return (
    <Card sx={{ p: 4, mt: 2, textAlign: 'center', width: '100%' }}>
      <Typography component="h2" variant="h6">
        {translate(`resources.${resource}.empty.title`)}
      </Typography>
      <Typography color="textSecondary" sx={{ maxWidth: 560, mx: 'auto', my: 1.5 }}>
        {translate(`resources.${resource}.empty.text`)}
      </Typography>
      {create && canAccess && (
        <Box>
          <CreateButton variant="contained" label={create} />
        </Box>
      )}
    </Card>
  );
}
