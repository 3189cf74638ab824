import { Chip } from '@mui/material';
import { DataTable, useTranslate } from 'react-admin';
import type { SessionRecord } from 'ra-data-rolecall';
import { MomentField } from '../shared/Moment';
import { OwnRecords } from './OwnRecords';
import { browserOf } from './userAgent';

const Column = DataTable.Col<SessionRecord>;

/** Where one is signed in, and the end of that. */
export function Sessions() {
  const translate = useTranslate();
  return (
    <OwnRecords<SessionRecord>
      resource="sessions"
      words="app.account.sessions"
      mayEnd={session => !session.isCurrent}
    >
      <Column
        label="app.account.sessions.browser"
        disableSort
        render={session => (
          <>
            {browserOf(session.userAgent) ?? translate('app.account.sessions.unknown')}{' '}
            {session.isCurrent && (
              <Chip size="small" color="primary" label={translate('app.account.sessions.this')} />
            )}
          </>
        )}
      />
      <Column source="address" label="app.account.sessions.address" disableSort />
      <Column label="app.account.sessions.begun" disableSort>
        <MomentField source="createdAt" />
      </Column>
      <Column label="app.account.last_used" disableSort>
        <MomentField source="lastUsedAt" />
      </Column>
    </OwnRecords>
  );
}
