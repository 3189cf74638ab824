import { Chip } from '@mui/material';
import { DataTable, useTranslate } from 'react-admin';
import type { ApiTokenRecord } from 'ra-data-rolecall';
import { MomentField } from '../shared/Moment';
import { NewApiToken } from './NewApiToken';
import { OwnRecords } from './OwnRecords';

const Column = DataTable.Col<ApiTokenRecord>;

/** Credentials of one's own for programs. */
export function ApiTokens() {
  const translate = useTranslate();
  return (
    <OwnRecords<ApiTokenRecord>
      resource="apiTokens"
      words="app.account.tokens"
      form={<NewApiToken />}
    >
      <Column source="name" label="app.account.tokens.name" disableSort />
      <Column
        label="app.account.tokens.prefix"
        disableSort
        render={token => <code>{token.prefix}…</code>}
      />
      <Column label="app.account.tokens.created" disableSort>
        <MomentField source="createdAt" />
      </Column>
      <Column label="app.account.last_used" disableSort>
        <MomentField source="lastUsedAt" never="app.account.tokens.never" />
      </Column>
      <Column
        label="app.account.tokens.expires"
        disableSort
        render={({ expiresAt }) => (
          <>
            <MomentField source="expiresAt" never="app.account.tokens.never" />{' '}
            {expiresAt && Date.parse(expiresAt) <= Date.now() && (
              <Chip size="small" color="warning" label={translate('app.account.tokens.expired')} />
            )}
          </>
        )}
      />
    </OwnRecords>
  );
}
