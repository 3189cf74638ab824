/** The text of an operation, which knows what it takes and what it answers. */
export type Document<Data, Variables> = string & {
  readonly __types?: (variables: Variables) => Data;
};

/** Joins an operation and the fragments that it spreads. */
export function document<Data, Variables>(...parts: string[]): Document<Data, Variables> {
  return parts.join('\n') as Document<Data, Variables>;
}
