import { Table, TableBody, TableCell, TableHead, TableRow, Typography } from '@mui/material';
import { useRecordContext, useTranslate } from 'react-admin';
import type { AuditEventRecord } from 'ra-data-rolecall';
import { Names } from '../shared/Names';
import { REFERENCES, changesOf } from './actions';
import { fieldKey, partsOf, useWords } from './words';

/** Before and after of every field that changed. */
export function Changes() {
  const translate = useTranslate();
  const event = useRecordContext<AuditEventRecord>();
  if (!event) return null;
  return (
    <>
      <Table size="small" sx={{ width: 'auto', minWidth: 320, '& td': { verticalAlign: 'top' } }}>
        <TableHead>
          <TableRow>
            {['field', 'before', 'after'].map(name => (
              <TableCell key={name}>{translate(`resources.auditEvents.changes.${name}`)}</TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {changesOf(event.changes).map(([field, [before, after]]) => (
            <TableRow key={field}>
              <TableCell component="th" scope="row">
                {translate(fieldKey(field), { _: field })}
              </TableCell>
              <TableCell>
                <Value field={field} value={before} sign={Array.isArray(before) ? '−' : ''} />
              </TableCell>
              <TableCell>
                <Value field={field} value={after} sign={Array.isArray(after) ? '+' : ''} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      {event.requestId && (
        <Typography variant="caption" color="textSecondary" sx={{ display: 'block', p: 1 }}>
          {translate('resources.auditEvents.request', { id: event.requestId })}
        </Typography>
      )}
    </>
  );
}

/** Of lists, what went and what came. */
function Value({ field, value, sign }: { field: string; value: unknown; sign: string }) {
  const inWords = useWords();
  const reference = REFERENCES[field];
  const values = partsOf(value);
  if (values.length === 0) return <>–</>;
  if (reference)
    return (
      <>
        {sign} <Names resource={reference} ids={values.map(String)} linked />
      </>
    );
  return (
    <>
      {values.map(one => (
        <div key={String(one)}>
          {sign} {inWords(field, one)}
        </div>
      ))}
    </>
  );
}
