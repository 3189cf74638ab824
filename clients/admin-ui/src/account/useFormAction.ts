import { useNotify } from 'react-admin';
import { UserErrors } from 'ra-data-rolecall';
import { useSpokenFailure } from '../shared/failures';

/** What sending a form does; what is wrong with it stands at its fields, anything else is said. */
export function useFormAction<Values>(act: (values: Values) => Promise<void>) {
  const notify = useNotify();
  const speak = useSpokenFailure();
  return async (values: Partial<Values>) => {
    try {
      await act(values as Values);
      return undefined;
    } catch (error) {
      if (error instanceof UserErrors) return error.body.errors;
      notify(speak(error), { type: 'error' });
      return undefined;
    }
  };
}
