import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { RecordContextProvider, SimpleForm, useNotify, useResourceContext } from 'react-admin';
import { useFormContext } from 'react-hook-form';
import { StaleVersionError, type ResourceRecord, type UserError } from 'ra-data-rolecall';
import { SaveFailure, useFormErrors, userErrorsOf } from './saving';
import { type ShownField, StaleDialog } from './StaleDialog';
import { type Values, rebase, same } from './rebase';
import { useRolecall } from './useRolecall';

interface Props {
  /** As it is now. */
  record: ResourceRecord;
  fields: ShownField[];
  toolbar: ReactNode;
  children: ReactNode;
}

interface Saved {
  sent: Values;
  record: ResourceRecord;
}

/**
 * A form for a record that becomes another meanwhile, by whatever is done beside the form and by other people: what is
 * typed stays, and what others changed comes in. Where both changed the same field, saving asks.
 */
export function EditForm({ record, fields, toolbar, children }: Props) {
  const resource = useResourceContext()!;
  const queryClient = useQueryClient();
  const rolecall = useRolecall();
  const notify = useNotify();
  const formErrors = useFormErrors();
  // What the form was filled with, by react-admin at first, and then as the record becomes another.
  const [first] = useState(() => valuesOf(record, fields));
  const [opened, setOpened] = useState(record);
  const [saved, setSaved] = useState<Saved>();
  const [newer, setNewer] = useState<ResourceRecord>();
  const [userErrors, setUserErrors] = useState<readonly UserError[]>([]);

  /** Pages show the record as it is now, wherever they do. */
  const publish = (now: ResourceRecord) =>
    queryClient.setQueriesData({ queryKey: [resource, 'getOne', { id: now.id }] }, now);

  const submit = async (
    values: Values,
    before = record,
    version = opened.version,
  ): Promise<unknown> => {
    const { id } = record;
    const data = { ...values, version };
    try {
      const { data: now } = await rolecall.update(resource, { id, data, previousData: before });
      publish(now);
      setUserErrors([]);
      setSaved({ sent: values, record: now });
      notify(`resources.${resource}.notifications.updated`, { type: 'success' });
      return undefined;
    } catch (error) {
      const current = await currentAfter(error);
      if (current && !same(valuesOf(current, fields), valuesOf(opened, fields))) {
        setNewer(current);
      } else if (current && error instanceof StaleVersionError) {
        // What others changed is not in this form.
        return submit(values, current, current.version);
      }
      setUserErrors(userErrorsOf(error));
      return formErrors(error);
    }
  };

  /** The record as it is now, where saving may have failed because it is another. */
  const currentAfter = async (error: unknown): Promise<ResourceRecord | null> => {
    if (error instanceof StaleVersionError) return error.current;
    const overtaken = ({ code }: UserError) => code === 'NOT_FOUND' || code === 'DUPLICATE_ITEM';
    if (!userErrorsOf(error).some(overtaken)) return null;
    return rolecall.getOne<ResourceRecord>(resource, { id: record.id }).then(
      ({ data }) => data,
      () => null,
    );
  };

  return (
    <SaveFailure value={userErrors}>
      <SimpleForm
        record={first}
        onSubmit={(values: Values) => submit(values)}
        noValidate
        warnWhenUnsavedChanges
        toolbar={<RecordContextProvider value={record}>{toolbar}</RecordContextProvider>}
      >
        <RecordContextProvider value={record}>{children}</RecordContextProvider>
        <Following
          {...{ record, fields, opened, setOpened, saved, newer }}
          onSettled={now => {
            setNewer(undefined);
            publish(now);
          }}
        />
      </SimpleForm>
    </SaveFailure>
  );
}

interface FollowingProps {
  record: ResourceRecord;
  fields: ShownField[];
  opened: ResourceRecord;
  setOpened: (record: ResourceRecord) => void;
  saved: Saved | undefined;
  /** What became of the record, as a failure told. */
  newer: ResourceRecord | undefined;
  onSettled: (record: ResourceRecord) => void;
}

function Following(props: FollowingProps) {
  const { record, fields, opened, setOpened, saved, newer, onSettled } = props;
  const { getValues, reset, setValue } = useFormContext<Values>();

  const fill = (next: ResourceRecord, kept: Values) => {
    setOpened(next);
    reset(valuesOf(next, fields));
    for (const [source, value] of Object.entries(kept)) {
      setValue(source, value, { shouldDirty: true });
    }
  };

  useEffect(() => {
    if (!saved) return;
    const { kept } = rebase(saved.sent, getValues(), valuesOf(saved.record, fields));
    fill(saved.record, kept);
  }, [saved]);

  useEffect(() => {
    const [before, now] = [valuesOf(opened, fields), valuesOf(record, fields)];
    if (same(before, now)) {
      setOpened(record);
      return;
    }
    const { kept, conflicts } = rebase(before, getValues(), now);
    if (conflicts.length === 0) fill(record, kept);
  }, [record]);

  if (!newer) return null;
  const settle = (kept: Values) => {
    fill(newer, kept);
    onSettled(newer);
  };
  return (
    <StaleDialog
      fields={fields}
      opened={valuesOf(opened, fields)}
      mine={getValues()}
      theirs={valuesOf(newer, fields)}
      onSettled={settle}
    />
  );
}

const valuesOf = (record: ResourceRecord, fields: ShownField[]): Values =>
  Object.fromEntries(fields.map(({ source }) => [source, (record as unknown as Values)[source]]));
