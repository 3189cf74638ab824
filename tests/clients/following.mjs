// The two clients graphql-ws and graphql-sse are called alike.

export const CHANGES = `subscription {
  changes(types: [GROUP]) { type kind id node { ... on Group { title } } }
}`;

/** The first result, or what was thrown in its place. */
export function first(client, query, variables) {
  return new Promise((resolve, reject) => {
    let result;
    client.subscribe(
      { query, variables },
      { next: it => (result ??= it), error: reject, complete: () => resolve(result) },
    );
  });
}

/** Gathers events, until its `end` is called; `done` says how it ended. */
export function collect(client, query) {
  const events = [];
  let unsubscribe;
  const done = new Promise((resolve, reject) => {
    unsubscribe = client.subscribe(
      { query },
      {
        next: ({ data, errors }) => (errors ? reject(errors) : events.push(data.changes)),
        error: reject,
        complete: resolve,
      },
    );
  });
  const end = () => {
    unsubscribe();
    return done;
  };
  return { events, done, end };
}
