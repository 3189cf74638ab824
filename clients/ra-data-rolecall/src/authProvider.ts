// The auth provider: who is signed in, and what of the API they may use. All of it is one request, kept
// until someone signs in or out, or comes back to the page.

import type { AuthProvider, UserIdentity } from 'ra-core';
import type { Client } from './client.js';
import { signedOut } from './errors.js';
import {
  SignInDocument,
  SignOutDocument,
  ViewerDocument,
  type ViewerQuery,
} from './generated/operations.js';
import { type Check, can } from './resources/viewer.js';
import { throwUserErrors } from './userErrors.js';

const TRIPLES = [
  'acl/role/index',
  'acl/role/create',
  'acl/role/update',
  'acl/role/delete',
  'acl/group/index',
  'acl/group/create',
  'acl/group/update',
  'acl/group/delete',
  'user/user/index',
  'user/user/create',
  'user/user/update',
  'user/user/delete',
  'user/token/create',
  'audit/event/index',
] as const;

/** What the API itself asks for, as bundle/controller/action. */
export type Triple = (typeof TRIPLES)[number];

export type Permissions = Readonly<Record<Triple, boolean>>;

export interface AuthOptions {
  /**
   * For a site without the cookie: gets the session as a bearer token after signing in, and null after
   * signing out. Hand the same token to the client.
   */
  onToken?: (token: string | null) => void;
  /** The check for an action on a resource of the app's own; without one, nobody may do anything with those. */
  toCheck?: (resource: string, action: string) => Check;
}

export interface RolecallAuthProvider extends AuthProvider {
  getIdentity(): Promise<UserIdentity & { email: string; locale: string }>;
  getPermissions(params?: unknown): Promise<Permissions>;
  /** Asks again the next time: after a change of the viewer's own names or access. */
  invalidate(): void;
}

type Viewer = NonNullable<ViewerQuery['viewer']>;

/** Actions of react-admin and of its pages: what the API calls them, and what a record does. */
const ACTIONS: Readonly<Record<string, readonly [verb: string, own?: string]>> = {
  list: ['index'],
  show: ['index'],
  export: ['index'],
  edit: ['update', 'update'],
  update: ['update', 'update'],
  delete: ['delete', 'delete'],
  block: ['update', 'block'],
  unblock: ['update', 'block'],
  restore: ['delete', 'delete'],
};

const SUBJECTS: Readonly<Record<string, string>> = {
  users: 'user/user',
  groups: 'acl/group',
  roles: 'acl/role',
  auditEvents: 'audit/event',
};

export function rolecallAuthProvider(
  client: Client,
  { onToken, toCheck }: AuthOptions = {},
): RolecallAuthProvider {
  let known: Promise<Viewer> | undefined;
  let wasSignedIn = false;
  const invalidate = () => {
    known = undefined;
  };
  globalThis.window?.addEventListener('focus', invalidate);

  return {
    async login({ email, username, password }) {
      const input = { email: email ?? username, password, returnToken: Boolean(onToken) };
      const { result } = await client.run(SignInDocument, { input });
      throwUserErrors(result.userErrors, client.translate);
      onToken?.(result.sessionToken);
      invalidate();
    },

    async logout() {
      await client.run(SignOutDocument, {});
      onToken?.(null);
      wasSignedIn = false;
      invalidate();
    },

    async checkAuth() {
      try {
        await viewer();
      } catch (error) {
        // A server out of reach is no reason to send anyone away: what is asked next tells them.
        if (!isSignedOut(error)) return;
        if (wasSignedIn) throw error;
        // Who only opens the page is not told that they are signed out.
        throw { message: false };
      }
    },

    async checkError(error) {
      if (!isSignedOut(error)) return;
      invalidate();
      throw error;
    },

    async getIdentity() {
      const { id, email, firstName, lastName, locale } = (await viewer()).user;
      return { id, fullName: `${firstName} ${lastName}`, email, locale };
    },

    async getPermissions() {
      return permissions(await viewer());
    },

    async canAccess({ resource, action, record }) {
      const [verb, own] = ACTIONS[action] ?? [action];
      const ofThis = ofRecord(record, own ?? action);
      if (ofThis !== undefined) return ofThis;
      if (resource === 'sessions') return true;
      const may: Readonly<Record<string, boolean>> = permissions(await viewer());
      if (resource === 'apiTokens') return may['user/token/create'] ?? false;
      const subject = SUBJECTS[resource];
      if (subject) return may[`${subject}/${verb}`] ?? false;
      const [answer] = toCheck ? await can(client, [toCheck(resource, action)]) : [];
      return answer ?? false;
    },

    invalidate,
  };

  /** Who is signed in. A failure is not kept. */
  function viewer(): Promise<Viewer> {
    known ??= ask().catch((error: unknown) => {
      invalidate();
      throw error;
    });
    return known;
  }

  async function ask(): Promise<Viewer> {
    const checks = TRIPLES.map(triple => {
      const [bundle = '', controller = '', action = ''] = triple.split('/');
      return { bundle, controller, action };
    });
    const { viewer } = await client.run(ViewerDocument, { checks });
    if (!viewer) throw signedOut(client.translate);
    wasSignedIn = true;
    return viewer;
  }
}

function permissions({ canAll }: Viewer): Permissions {
  const entries = TRIPLES.map((triple, index) => [triple, canAll[index] ?? false]);
  return Object.fromEntries(entries) as Permissions;
}

/** What a record says that the viewer may do with it, which is more exact than what they may do at all. */
function ofRecord(record: unknown, action: string): boolean | undefined {
  const { viewerCan } = (record ?? {}) as { viewerCan?: Readonly<Record<string, boolean>> };
  return viewerCan?.[action];
}

function isSignedOut(error: unknown): boolean {
  return (error as { status?: number } | undefined)?.status === 401;
}
