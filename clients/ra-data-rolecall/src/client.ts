// Sends operations to the gateway, and nothing else: no cache, no knowledge of react-admin.

import { createClient as createSocket, type Client as Socket } from 'graphql-ws';
import type { Document } from './document.js';
import { RolecallError } from './errors.js';
import { type Translate, english, errorKey } from './translate.js';

export interface ClientOptions {
  /** Where the API is: `/graphql` of the same site when absent. */
  url?: string;
  /** A session or API token; without one, the session cookie of the same site counts. */
  token?: string | (() => string | null);
  /** `fetch` of the platform when absent. */
  fetch?: typeof fetch;
  /** `WebSocket` of the platform when absent. */
  webSocket?: unknown;
  /** Messages in another language; the server's English when absent. */
  translate?: Translate;
}

export interface Client {
  /** The answer of a query or a mutation; rejects with a {@link RolecallError}. */
  run<Data, Variables>(
    document: Document<Data, Variables>,
    variables: Variables,
    signal?: AbortSignal,
  ): Promise<Data>;
  /** Calls back for each event until the function that it returns is called. Reconnects by itself. */
  listen<Data, Variables>(
    document: Document<Data, Variables>,
    variables: Variables,
    listener: Listener<Data>,
  ): () => void;
  readonly translate: Translate;
}

export interface Listener<Data> {
  next: (data: Data) => void;
  /** The subscription ended: the viewer may not have it, or the server stays out of reach. */
  error?: (error: RolecallError) => void;
  /** The socket is back after a loss: what happened in between was missed. */
  resumed?: () => void;
}

interface GraphQLError {
  message: string;
  path?: readonly (string | number)[];
  extensions?: { code?: string; [more: string]: unknown };
}

interface Answer<Data> {
  data?: Data | null;
  errors?: readonly GraphQLError[];
}

const STATUS: Readonly<Record<string, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  TIMEOUT: 504,
};

/** Why the server closes a socket for good: nobody is signed in any more, or too many are open. */
const REFUSED = new Set([4401, 4403]);

/** Milliseconds between attempts to open a socket again: from the first to the longest. */
const [SOON, SELDOM] = [500, 30_000];

export function createClient(options: ClientOptions = {}): Client {
  const { url = '/graphql', translate = english } = options;
  let socket: Socket | undefined;

  return {
    translate,

    async run<Data, Variables>(
      document: Document<Data, Variables>,
      variables: Variables,
      signal?: AbortSignal,
    ) {
      const send = options.fetch ?? fetch;
      const request = send(url, {
        method: 'POST',
        headers: {
          Accept: 'application/graphql-response+json, application/json',
          'Content-Type': 'application/json',
          ...authorization(),
        },
        body: JSON.stringify({ query: document, variables }),
        ...(signal && { signal }),
      });
      return data(await answer<Data>(request));
    },

    listen<Data, Variables>(
      document: Document<Data, Variables>,
      variables: Variables,
      listener: Listener<Data>,
    ) {
      socket ??= createSocket({
        url: socketUrl(url),
        webSocketImpl: options.webSocket,
        connectionParams: authorization,
        retryAttempts: Infinity,
        retryWait,
        shouldRetry: cause => !REFUSED.has((cause as { code?: number }).code ?? 0),
      });
      const off = socket.on('connected', (_socket, _payload, wasRetry) => {
        if (wasRetry) listener.resumed?.();
      });
      const stop = socket.subscribe<Data>(
        { query: document, variables: variables as Record<string, unknown> },
        {
          next: ({ data, errors: [error] = [] }) => {
            if (error) listener.error?.(failure(error as GraphQLError));
            else if (data) listener.next(data);
          },
          error: cause => listener.error?.(socketError(cause)),
          complete: off,
        },
      );
      return () => {
        off();
        stop();
      };
    },
  };

  function authorization(): Record<string, string> {
    const { token } = options;
    const secret = typeof token === 'function' ? token() : token;
    return secret ? { Authorization: `Bearer ${secret}` } : {};
  }

  async function answer<Data>(request: Promise<Response>): Promise<Answer<Data>> {
    try {
      const response = await request;
      return (await response.json()) as Answer<Data>;
    } catch (cause) {
      // Who gave up a request wants to hear just that.
      if (cause instanceof Error && cause.name === 'AbortError') throw cause;
      throw failure({
        message: 'The server cannot be reached.',
        extensions: { code: 'NETWORK' },
      });
    }
  }

  function data<Data>({ data, errors = [] }: Answer<Data>): Data {
    const fatal = errors.find(error => !isOnlyHidden(error, data));
    if (fatal) throw failure(fatal);
    if (!data) throw failure({ message: 'The answer is not one of GraphQL.' });
    return data;
  }

  function failure({ message, extensions = {} }: GraphQLError): RolecallError {
    const { code = 'INTERNAL', ...params } = extensions;
    const text = translate(errorKey(code), { ...params, _: message });
    return new RolecallError(text, STATUS[code] ?? (code === 'NETWORK' ? 0 : 400), code, params);
  }

  function socketError(cause: unknown): RolecallError {
    if (Array.isArray(cause)) return failure(cause[0] as GraphQLError);
    const { code = 0, reason } = cause as Partial<CloseEvent>;
    const message = reason || 'The socket cannot be opened.';
    return failure({ message, extensions: { code: socketCode(code, message) } });
  }
}

/** What the API calls it where a request fails for the same reason as a socket. */
function socketCode(code: number, reason: string): string {
  if (!REFUSED.has(code)) return 'INTERNAL';
  return reason.startsWith('Forbidden: at most') ? 'LIMIT_EXCEEDED' : 'UNAUTHENTICATED';
}

/**
 * Whether an error only says that the viewer may not see a part of what was asked, such as the roles of
 * a group: the part is null, and the rest counts.
 */
function isOnlyHidden({ path = [], extensions }: GraphQLError, data: unknown): boolean {
  const [root] = path;
  if (extensions?.code !== 'FORBIDDEN' || path.length < 2 || root === undefined) return false;
  return (data as Record<string, unknown> | null)?.[root] != null;
}

function socketUrl(url: string): string {
  const absolute = new URL(`${url}/ws`, globalThis.location?.href);
  absolute.protocol = absolute.protocol.replace('http', 'ws');
  return absolute.href;
}

/** Longer each time, and not the same for all: a server that comes back is not met by everyone at once. */
function retryWait(retries: number): Promise<void> {
  const most = Math.min(SOON * 2 ** retries, SELDOM);
  return new Promise(resolve => setTimeout(resolve, most * (0.5 + Math.random() / 2)));
}
