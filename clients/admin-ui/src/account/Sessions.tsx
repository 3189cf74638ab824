import { Chip } from '@mui/material';
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
import type { RolecallDataProvider, SessionRecord } from 'ra-data-rolecall';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import { TextButton } from '../shared/TextButton';
import { MomentField } from '../shared/Moment';
import { Section } from '../shared/Section';
import { browserOf } from './userAgent';

const Column = DataTable.Col<SessionRecord>;

/** Where one is signed in, and the end of that. */
export function Sessions() {
  const translate = useTranslate();
  const dataProvider = useDataProvider<RolecallDataProvider>();
  const notify = useNotify();
  const { data, isPending, refetch } = useGetList<SessionRecord>('sessions');
  const list = useList({ data, isPending, resource: 'sessions' });
  const [leaving, setLeaving] = useState<SessionRecord>();

  const end = async () => {
    if (!leaving) return;
    await dataProvider.revokeSession(leaving.id);
    notify('app.account.session_ended', { type: 'success' });
    await refetch();
  };

  return (
    <Section title="app.account.sessions" help="app.account.sessions_help">
      <ResourceContextProvider value="sessions">
        <ListContextProvider value={list}>
          <DataTable<SessionRecord>
            bulkActionButtons={false}
            rowClick={false}
            sx={{ overflowX: 'auto' }}
          >
            <Column
              label="app.account.browser"
              disableSort
              render={session => (
                <>
                  {browserOf(session.userAgent) ?? translate('app.account.unknown_browser')}{' '}
                  {session.isCurrent && (
                    <Chip
                      size="small"
                      color="primary"
                      label={translate('app.account.this_session')}
                    />
                  )}
                </>
              )}
            />
            <Column source="address" label="app.account.address" disableSort />
            <Column label="app.account.begun" disableSort>
              <MomentField source="createdAt" />
            </Column>
            <Column label="app.account.last_used" disableSort>
              <MomentField source="lastUsedAt" />
            </Column>
            <Column
              label="app.account.end_label"
              disableSort
              render={session =>
                !session.isCurrent && (
                  <TextButton
                    size="small"
                    label="app.account.end_session"
                    onClick={() => setLeaving(session)}
                  />
                )
              }
            />
          </DataTable>
        </ListContextProvider>
      </ResourceContextProvider>
      {leaving && (
        <ConfirmDialog
          title={translate('app.account.end_session_title')}
          action={translate('app.account.end_session')}
          onConfirm={end}
          onClose={() => setLeaving(undefined)}
        >
          {translate('app.account.end_session_consequence')}
        </ConfirmDialog>
      )}
    </Section>
  );
}
