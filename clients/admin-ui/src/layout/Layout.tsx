import { Box, Typography } from '@mui/material';
import { type ReactNode, useEffect, useRef } from 'react';
import {
  AppBar as RaAppBar,
  Layout as RaLayout,
  LoadingIndicator,
  LocalesMenuButton,
  Logout,
  TitlePortal,
  ToggleThemeButton,
  UserMenu,
  useTranslate,
} from 'react-admin';
import { useNarrow } from '../shared/useNarrow';
import { LiveChanges } from './LiveChanges';
import { Menu } from './Menu';
import { MyAccountItem } from './MyAccountItem';
import { OwnLanguage } from './OwnLanguage';
import { Sidebar } from './Sidebar';

/** Around every page: the bar, the menu, and the page's heading above its content. */
export function Layout({ children }: { children: ReactNode }) {
  return (
    <RaLayout
      appBar={AppBar}
      menu={Menu}
      sidebar={Sidebar}
      appBarAlwaysOn
      sx={{ minWidth: 0, '& #main-content': { minWidth: 0, px: { xs: 1.5, md: 3 } } }}
    >
      <Heading />
      <OwnLanguage />
      <LiveChanges />
      <Box sx={{ pb: 4, maxWidth: 1400, minWidth: 0 }}>{children}</Box>
    </RaLayout>
  );
}

function AppBar() {
  return (
    <RaAppBar alwaysOn toolbar={<Tools />} userMenu={<AccountMenu />}>
      <Typography sx={{ fontWeight: 700, letterSpacing: '0.01em' }}>Rolecall</Typography>
      <Box sx={{ flex: 1 }} />
    </RaAppBar>
  );
}

function Tools() {
  const translate = useTranslate();
  // Handed on to what turns while something loads, though its type does not say so.
  const named = { 'aria-label': translate('ra.page.loading') };
  return (
    <>
      <LocalesMenuButton />
      <ToggleThemeButton />
      <LoadingIndicator {...named} />
    </>
  );
}

function AccountMenu() {
  const narrow = useNarrow();
  return (
    // Where the name is there to read, it is what the button is called.
    <UserMenu label={narrow ? 'ra.auth.user_menu' : ''}>
      <MyAccountItem />
      <Logout />
    </UserMenu>
  );
}

/** Pages put their title here; the browser's tab says the same. */
function Heading() {
  const heading = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = heading.current?.firstElementChild;
    if (!element) return undefined;
    const follow = () => {
      document.title = element.textContent ? `${element.textContent} · Rolecall` : 'Rolecall';
    };
    const observer = new MutationObserver(follow);
    observer.observe(element, { childList: true, characterData: true, subtree: true });
    follow();
    return () => observer.disconnect();
  }, []);
  return (
    <Box ref={heading} sx={{ pt: 2.5, pb: 1, minHeight: 60 }}>
      <TitlePortal component="h1" variant="h5" color="textPrimary" sx={{ whiteSpace: 'normal' }} />
    </Box>
  );
}
