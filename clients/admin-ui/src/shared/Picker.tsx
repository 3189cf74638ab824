import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import {
  AutocompleteArrayInput,
  type AutocompleteArrayInputProps,
  AutocompleteInput,
  type AutocompleteInputProps,
  type Identifier,
  type RaRecord,
  useChoicesContext,
  useRecordContext,
  useTranslate,
} from 'react-admin';
import { useFormContext } from 'react-hook-form';

const bySearch = (search: string) => ({ search });

/** Picks several records of a ReferenceArrayInput by typing. */
export function PickMany(props: AutocompleteArrayInputProps) {
  const keys = useKeys(true, props.getOptionDisabled);
  return <AutocompleteArrayInput filterToQuery={bySearch} {...props} {...keys} />;
}

interface Props<T> extends AutocompleteArrayInputProps {
  nameOf: (record: T) => string;
  mayPick: (record: T) => boolean;
}

/** Picks several, but for those that carry access which the viewer lacks: these are shown, and say so. */
export function PickAllowed<T extends RaRecord>({ nameOf, mayPick, ...props }: Props<T>) {
  return (
    <PickMany
      {...props}
      optionText={<OptionText nameOf={nameOf} mayPick={mayPick} />}
      inputText={nameOf}
      getOptionDisabled={record => !mayPick(record as T)}
    />
  );
}

function OptionText<T extends RaRecord>({ nameOf, mayPick }: Pick<Props<T>, 'nameOf' | 'mayPick'>) {
  const translate = useTranslate();
  const record = useRecordContext<T>();
  if (!record) return null;
  const name = nameOf(record);
  return mayPick(record) ? name : translate('app.form.out_of_scope', { name });
}

/** Picks one record of a ReferenceInput by typing. */
export function PickOne(props: AutocompleteInputProps) {
  const keys = useKeys(false, props.getOptionDisabled);
  return <AutocompleteInput filterToQuery={bySearch} {...props} {...keys} />;
}

type Key = KeyboardEvent & { defaultMuiPrevented?: boolean };

/**
 * Enter takes what is marked. While the answer to what is typed is still on its way, Enter is kept until it is there:
 * it neither takes what was found before, nor sends the form.
 */
function useKeys(isMany: boolean, isDisabled: (record: RaRecord) => boolean = () => false) {
  const { source, availableChoices, filterValues, isFetching } = useChoicesContext();
  const { getValues, setValue } = useFormContext();
  const [typed, setTyped] = useState('');
  const isKept = useRef(false);
  const isAnswered = !isFetching && (filterValues?.search ?? '') === typed;

  useEffect(() => {
    if (!isAnswered || !isKept.current) return;
    isKept.current = false;
    const before = (isMany && (getValues(source) as Identifier[] | undefined)) || [];
    const [found, ...others] = (availableChoices ?? []).filter(
      choice => !before.includes(choice.id) && !isDisabled(choice),
    );
    // Among several, people choose with their own eyes.
    if (!found || others.length > 0) return;
    setValue(source, isMany ? [...before, found.id] : found.id, {
      shouldDirty: true,
      shouldTouch: true,
      shouldValidate: true,
    });
  });

  return {
    autoHighlight: true,
    // A list that opens where a refused form puts the cursor covers what is wrong.
    openOnFocus: false,
    onInputChange: (_event: unknown, text: string, reason: string) => {
      isKept.current = false;
      // A record that is picked writes its own name: nobody searches for that.
      setTyped(reason === 'input' ? text : '');
    },
    onKeyDown: (event: Key) => {
      if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
      if (typed) event.preventDefault();
      if (isAnswered || !typed) return;
      event.defaultMuiPrevented = true;
      isKept.current = true;
    },
  };
}
