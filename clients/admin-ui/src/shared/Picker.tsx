import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import {
  AutocompleteArrayInput,
  type AutocompleteArrayInputProps,
  AutocompleteInput,
  type AutocompleteInputProps,
  type Identifier,
  useChoicesContext,
} from 'react-admin';
import { useFormContext } from 'react-hook-form';

export const bySearch = (search: string) => ({ search });

/** Picks several records of a ReferenceArrayInput by typing. */
export function PickMany(props: AutocompleteArrayInputProps) {
  return <AutocompleteArrayInput filterToQuery={bySearch} {...props} {...useKeys(true)} />;
}

/** Picks one record of a ReferenceInput by typing. */
export function PickOne(props: AutocompleteInputProps) {
  return <AutocompleteInput filterToQuery={bySearch} {...props} {...useKeys(false)} />;
}

type Key = KeyboardEvent & { defaultMuiPrevented?: boolean };

/**
 * Enter takes what is marked. While the answer to what is typed is still on its way, Enter is kept until it is there:
 * it neither takes what was found before, nor sends the form.
 */
function useKeys(isMany: boolean) {
  const { source, availableChoices, filterValues, isFetching } = useChoicesContext();
  const { getValues, setValue } = useFormContext();
  const [typed, setTyped] = useState('');
  const isKept = useRef(false);
  const isAnswered = !isFetching && (filterValues?.search ?? '') === typed;

  useEffect(() => {
    if (!isAnswered || !isKept.current) return;
    isKept.current = false;
    const before = (isMany && (getValues(source) as Identifier[] | undefined)) || [];
    const [found, ...others] = (availableChoices ?? []).filter(({ id }) => !before.includes(id));
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
