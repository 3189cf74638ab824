import { useFormErrors } from '../shared/saving';

/** What sending a form does; what is wrong with it stands at its fields or above them. */
export function useFormAction<Values>(act: (values: Values) => Promise<void>) {
  const formErrors = useFormErrors();
  return (values: Partial<Values>) => act(values as Values).then(() => undefined, formErrors);
}
