import { Alert, Button, Card } from '@mui/material';
import type { ReactNode } from 'react';
import {
  RecordContextProvider,
  Title,
  useCanAccess,
  useGetOne,
  useNotify,
  useRedirect,
  useResourceContext,
  useTranslate,
} from 'react-admin';
import { useParams } from 'react-router-dom';
import { RolecallError, type ResourceRecord } from 'ra-data-rolecall';
import { AccessDenied } from '../layout/NoPage';
import { EditForm } from './EditForm';
import { useSpokenFailure } from './failures';
import { LastChange } from './LastChange';
import { PageToolbar } from './PageToolbar';
import type { ShownField } from './StaleDialog';

/** Somebody may be typing: nothing is asked again without a reason. */
const ONCE = { retry: false, refetchOnReconnect: false, refetchOnWindowFocus: false };

interface Props<T> {
  /** What of the record is in the form, and how to show it elsewhere. */
  fields: ShownField[];
  /** Above the form. */
  notice?: (record: T) => ReactNode;
  /** What can be done beside saving. */
  actions: ReactNode;
  below: (record: T) => ReactNode;
  children: (record: T, readOnly: boolean) => ReactNode;
}

/** A record's page: a form for it, also to who may only look at it, and what else there is to know. */
export function EditPage<T extends ResourceRecord>(props: Props<T>) {
  const resource = useResourceContext()!;
  const notify = useNotify();
  const redirect = useRedirect();
  // Not of the record: of themselves people may change a little everywhere, but not on this page.
  const { canAccess } = useCanAccess({ resource, action: 'edit' });
  const { id } = useParams();
  const onError = (error: Error) => {
    // What is typed about something that is gone stays to be read.
    if (statusOf(error) !== 404 || record) return;
    notify('ra.notification.item_doesnt_exist', { type: 'error' });
    redirect('list', resource);
  };
  const { data: record, error, refetch } = useGetOne<T>(resource, { id }, { ...ONCE, onError });
  if (!record?.id && statusOf(error) === 403) return <AccessDenied />;
  return (
    <>
      <Title title={`resources.${resource}.page.edit`} preferenceKey={false} />
      {error && <Failure error={error} onRetry={refetch} />}
      {record?.id && (
        <RecordContextProvider value={record} key={record.id}>
          <Page {...props} record={record} isClosed={canAccess === false} />
        </RecordContextProvider>
      )}
    </>
  );
}

function Page<T extends ResourceRecord>(props: Props<T> & { record: T; isClosed: boolean }) {
  const { record, fields, notice, actions, below, children, isClosed } = props;
  const translate = useTranslate();
  const readOnly = isClosed || !record.viewerCan.update;
  const isProtected = 'isProtected' in record && record.isProtected;
  return (
    <>
      {notice?.(record)}
      <Card>
        <EditForm
          record={record}
          fields={fields}
          toolbar={<PageToolbar readOnly={readOnly}>{actions}</PageToolbar>}
        >
          {readOnly && (
            <Alert severity="info" sx={{ mb: 2, width: '100%' }}>
              {translate(isProtected ? 'app.form.protected' : 'app.form.read_only')}
            </Alert>
          )}
          {children(record, readOnly)}
        </EditForm>
      </Card>
      <LastChange record={record} />
      {below(record)}
    </>
  );
}

/** Why there is no record to see, or not as it is now. */
function Failure({ error, onRetry }: { error: Error; onRetry: () => unknown }) {
  const translate = useTranslate();
  const speak = useSpokenFailure();
  return (
    <Alert
      severity="error"
      sx={{ mb: 2 }}
      action={
        <Button color="inherit" size="small" onClick={() => void onRetry()}>
          {translate('app.form.try_again')}
        </Button>
      }
    >
      {statusOf(error) === 404 ? translate('rolecall.errors.NOT_FOUND_id') : speak(error)}
    </Alert>
  );
}

const statusOf = (error: Error | null) =>
  error instanceof RolecallError ? error.status : undefined;
