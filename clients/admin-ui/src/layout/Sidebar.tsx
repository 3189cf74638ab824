import { Sidebar as RaSidebar, type SidebarProps, useSidebarState } from 'react-admin';
import { useEffect, useState } from 'react';
import { useNarrow } from '../shared/useNarrow';

/**
 * Beside the page, or a drawer over it where that is narrow. A drawer begins closed: one that opens and closes at once
 * while the window becomes narrow would leave the page hidden from screen readers.
 */
export function Sidebar(props: SidebarProps) {
  const narrow = useNarrow();
  const [open, setOpen] = useSidebarState();
  const [isDrawer, setDrawer] = useState(narrow);
  useEffect(() => {
    if (narrow === isDrawer) return;
    setDrawer(narrow);
    if (narrow && open) setOpen(false);
  }, [narrow, isDrawer, open, setOpen]);
  return (
    <RaSidebar {...props} key={String(narrow)} open={narrow ? open && isDrawer : open} />
  );
}
