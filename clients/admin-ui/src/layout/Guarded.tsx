import type { ReactNode } from 'react';
import { Loading, useCanAccess } from 'react-admin';
import { AccessDenied } from './NoPage';

interface Props {
  resource: string;
  action: 'list' | 'create';
  children: ReactNode;
}

/**
 * A page, once it is known that the viewer may use it. By itself react-admin shows a page, and asks for what is on it,
 * for a moment before it refuses; and it waits without end where another page was left while it asked the same.
 */
export function Guarded({ resource, action, children }: Props) {
  const { canAccess, isPending } = useCanAccess({ resource, action });
  if (isPending) return <Loading />;
  // Where it cannot be told, the page finds that out by itself.
  return canAccess === false ? <AccessDenied /> : children;
}
