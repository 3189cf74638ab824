import { Box } from '@mui/material';
import { useTranslate } from 'react-admin';
import type { ReactNode } from 'react';
import type { UserRecord } from 'ra-data-rolecall';
import { MomentField } from '../shared/Moment';
import { StatusChip } from './StatusChip';

/** What there is to know of a user beside what can be typed. */
export function UserFacts({ user }: { user: UserRecord }) {
  return (
    <Box
      component="dl"
      sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 4, rowGap: 1, mt: 0, mb: 2 }}
    >
      <Fact name="status">
        <StatusChip status={user.status} />
      </Fact>
      <Fact name="lastSignInAt">
        <MomentField source="lastSignInAt" never="resources.users.never" />
      </Fact>
      <Fact name="createdAt">
        <MomentField source="createdAt" />
      </Fact>
    </Box>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  const translate = useTranslate();
  return (
    <div>
      <Box component="dt" sx={{ typography: 'body2', color: 'text.secondary' }}>
        {translate(`resources.users.fields.${name}`)}
      </Box>
      <Box component="dd" sx={{ m: 0, minHeight: 24 }}>
        {children}
      </Box>
    </div>
  );
}
