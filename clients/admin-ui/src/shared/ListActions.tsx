import { CreateButton, ExportButton, FilterButton, TopToolbar, useListContext } from 'react-admin';

const MOST_EXPORTED = 10_000;

/** Above a list: more filters where there is no room for all, a new one, and take the list away as CSV. */
export function ListActions({ create }: { create?: string }) {
  const { total } = useListContext();
  return (
    <TopToolbar>
      <FilterButton disableSaveQuery />
      <ExportButton maxResults={MOST_EXPORTED} label="app.list.export" disabled={total === 0} />
      {create && <CreateButton variant="contained" label={create} />}
    </TopToolbar>
  );
}
