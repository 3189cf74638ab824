/** A table on narrow screens: each row is a block, its cells one below the other. */
export const STACKED = {
  '&, tbody, tr, td': { display: 'block' },
  thead: { display: 'none' },
  td: { border: 0, px: 0, py: 0.5 },
  tr: { borderBottom: 1, borderColor: 'divider', py: 1 },
} as const;
