import { useMemo } from 'react';
import { useGetList } from 'react-admin';
import type { RoleRecord } from 'ra-data-rolecall';
import { PARTS, type Part } from './rules';

/** The bundles, controllers and actions that rules name already: what to suggest while one types. */
export function useNamesInUse(): Record<Part, string[]> {
  const { data } = useGetList<RoleRecord>('roles', {
    pagination: { page: 1, perPage: 100 },
    sort: { field: 'updatedAt', order: 'DESC' },
    filter: {},
  });
  return useMemo(() => {
    const names = PARTS.map(part => {
      const values = (data ?? []).flatMap(role => role.rules.map(rule => rule[part]));
      return [part, [...new Set(['*', ...values])].sort()] as const;
    });
    return Object.fromEntries(names) as Record<Part, string[]>;
  }, [data]);
}
