import { useState } from 'react';
import {
  DataTable,
  ListContextProvider,
  ResourceContextProvider,
  useDataProvider,
  useGetList,
  useList,
  useNotify,
  useTranslate,
} from 'react-admin';
import type { ApiTokenRecord, RolecallDataProvider } from 'ra-data-rolecall';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import { TextButton } from '../shared/TextButton';
import { MomentField } from '../shared/Moment';
import { Section } from '../shared/Section';
import { NewApiToken } from './NewApiToken';

const Column = DataTable.Col<ApiTokenRecord>;

/** Credentials of one's own for programs. */
export function ApiTokens() {
  const translate = useTranslate();
  const dataProvider = useDataProvider<RolecallDataProvider>();
  const notify = useNotify();
  const { data, isPending, refetch } = useGetList<ApiTokenRecord>('apiTokens');
  const list = useList({ data, isPending, resource: 'apiTokens' });
  const [leaving, setLeaving] = useState<ApiTokenRecord>();

  const revoke = async () => {
    if (!leaving) return;
    await dataProvider.revokeApiToken(leaving.id);
    notify('app.account.token_revoked', { type: 'success' });
    await refetch();
  };

  return (
    <Section title="app.account.tokens" help="app.account.tokens_help">
      <NewApiToken onCreated={() => void refetch()} />
      <ResourceContextProvider value="apiTokens">
        <ListContextProvider value={list}>
          <DataTable<ApiTokenRecord>
            bulkActionButtons={false}
            rowClick={false}
            empty={<p>{translate('app.account.no_tokens')}</p>}
            sx={{ overflowX: 'auto' }}
          >
            <Column source="name" label="app.account.token_name" disableSort />
            <Column
              label="app.account.token_prefix"
              disableSort
              render={token => <code>{token.prefix}…</code>}
            />
            <Column label="app.account.token_created" disableSort>
              <MomentField source="createdAt" />
            </Column>
            <Column label="app.account.last_used" disableSort>
              <MomentField source="lastUsedAt" never="app.account.never_used" />
            </Column>
            <Column label="app.account.token_expires" disableSort>
              <MomentField source="expiresAt" never="app.account.never_expires" />
            </Column>
            <Column
              label="app.account.end_label"
              disableSort
              render={token => (
                <TextButton
                  size="small"
                  label="app.account.revoke"
                  color="error"
                  onClick={() => setLeaving(token)}
                />
              )}
            />
          </DataTable>
        </ListContextProvider>
      </ResourceContextProvider>
      {leaving && (
        <ConfirmDialog
          title={translate('app.account.revoke_title', { name: leaving.name })}
          action={translate('app.account.revoke')}
          color="error"
          onConfirm={revoke}
          onClose={() => setLeaving(undefined)}
        >
          {translate('app.account.revoke_consequence')}
        </ConfirmDialog>
      )}
    </Section>
  );
}
