import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { RoleRecord } from 'ra-data-rolecall';
import { useRolecall } from '../shared/useRolecall';
import { PARTS, type Part } from './rules';

const FRESH_MILLISECONDS = 5 * 60_000;

/**
 * The bundles, controllers and actions that rules name already: what to suggest while one types. All of these rules are
 * much to fetch, which is why that is done when it is `needed`, and not again whenever some role changes.
 */
export function useNamesInUse(needed: boolean): Record<Part, string[]> {
  const rolecall = useRolecall();
  const { data: roles } = useQuery({
    queryKey: ['namesInUse'],
    queryFn: async () => {
      const { data } = await rolecall.getList<RoleRecord>('roles', {
        pagination: { page: 1, perPage: 100 },
        sort: { field: 'updatedAt', order: 'DESC' },
        filter: {},
      });
      return data;
    },
    enabled: needed,
    staleTime: FRESH_MILLISECONDS,
  });
  return useMemo(() => {
    const names = PARTS.map(part => {
      const values = (roles ?? []).flatMap(role => role.rules.map(rule => rule[part]));
      return [part, [...new Set(['*', ...values])].sort()] as const;
    });
    return Object.fromEntries(names) as Record<Part, string[]>;
  }, [roles]);
}
