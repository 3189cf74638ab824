import { useQueryClient } from '@tanstack/react-query';

/** Fetches anew what is shown of one's own sessions or tokens. */
export function useReload(resource: 'sessions' | 'apiTokens') {
  const queryClient = useQueryClient();
  return () => queryClient.invalidateQueries({ queryKey: [resource] });
}
