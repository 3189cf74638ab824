import { type ReactNode, useState } from 'react';
import {
  DataTable,
  ListContextProvider,
  ResourceContextProvider,
  useGetList,
  useList,
  useNotify,
  useTranslate,
} from 'react-admin';
import type { ApiTokenRecord, SessionRecord } from 'ra-data-rolecall';
import { ConfirmDialog } from '../shared/ConfirmDialog';
import { Section } from '../shared/Section';
import { TextButton } from '../shared/TextButton';
import { useRolecall } from '../shared/useRolecall';
import { useReload } from './useReload';

/** More than anyone may have of either. */
const ALL = { page: 1, perPage: 100 };

/** The buttons stay at the edge where the columns before them do not fit. */
const IN_SIGHT = { position: 'sticky', right: 0, bgcolor: 'background.paper' } as const;

interface Props<T> {
  resource: 'sessions' | 'apiTokens';
  /** The key of the words for it: what it is, how it is ended, and what that does. */
  words: string;
  mayEnd?: (record: T) => boolean;
  /** What stands above the list. */
  form?: ReactNode;
  /** The columns beside the one with the buttons. */
  children: ReactNode;
}

/** Every session or token of one's own, to be ended one by one or all at once. */
export function OwnRecords<T extends SessionRecord | ApiTokenRecord>({
  resource,
  words,
  mayEnd = () => true,
  form,
  children,
}: Props<T>) {
  const translate = useTranslate();
  const rolecall = useRolecall();
  const notify = useNotify();
  const reload = useReload(resource);
  const { data, isPending } = useGetList<T>(resource, { pagination: ALL });
  const list = useList({ data, isPending, resource });
  const [ending, setEnding] = useState<T[]>([]);
  const open = data?.filter(mayEnd) ?? [];
  const counted = { smart_count: ending.length };

  const end = async () => {
    try {
      await rolecall.deleteMany(resource, { ids: ending.map(({ id }) => id) });
    } finally {
      void reload();
    }
    notify(`${words}.ended`, { type: 'success', messageArgs: counted });
  };

  return (
    <Section
      title={`${words}.title`}
      help={`${words}.help`}
      actions={
        open.length > 1 && (
          <TextButton
            label={`${words}.end_all`}
            size="small"
            color="error"
            onClick={() => setEnding(open)}
          />
        )
      }
    >
      {form}
      <ResourceContextProvider value={resource}>
        <ListContextProvider value={list}>
          <DataTable<T>
            bulkActionButtons={false}
            rowClick={false}
            empty={<p>{translate(`${words}.empty`)}</p>}
            sx={{ overflowX: 'auto', '& th:last-of-type, & td:last-of-type': IN_SIGHT }}
          >
            {children}
            <DataTable.Col<T>
              label="app.account.actions"
              disableSort
              render={record =>
                mayEnd(record) && (
                  <TextButton
                    label={`${words}.end`}
                    size="small"
                    color="error"
                    onClick={() => setEnding([record])}
                  />
                )
              }
            />
          </DataTable>
        </ListContextProvider>
      </ResourceContextProvider>
      {ending.length > 0 && (
        <ConfirmDialog
          title={translate(`${words}.end_title`, { ...ending[0], ...counted })}
          action={translate(`${words}.end`)}
          color="error"
          onConfirm={end}
          onClose={() => setEnding([])}
        >
          {translate(`${words}.consequence`, counted)}
        </ConfirmDialog>
      )}
    </Section>
  );
}
