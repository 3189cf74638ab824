import {
  CreateButton,
  ExportButton,
  FilterButton,
  TopToolbar,
  useListContext,
  useLocale,
  useTranslate,
} from 'react-admin';

const MOST_EXPORTED = 10_000;

/** Above a list: more filters where there is no room for all, a new one, and take the list away as CSV. */
export function ListActions({ create }: { create?: string }) {
  const { total = 0 } = useListContext();
  const translate = useTranslate();
  const number = new Intl.NumberFormat(useLocale());
  const label =
    total > MOST_EXPORTED
      ? translate('app.list.export_first', {
          most: number.format(MOST_EXPORTED),
          total: number.format(total),
        })
      : 'app.list.export';
  return (
    <TopToolbar>
      <FilterButton disableSaveQuery />
      <ExportButton maxResults={MOST_EXPORTED} label={label} disabled={total === 0} />
      {create && <CreateButton variant="contained" label={create} />}
    </TopToolbar>
  );
}
