import AccountCircleOutlined from '@mui/icons-material/AccountCircleOutlined';
import GroupsOutlined from '@mui/icons-material/GroupsOutlined';
import HistoryOutlined from '@mui/icons-material/HistoryOutlined';
import HomeOutlined from '@mui/icons-material/HomeOutlined';
import KeyOutlined from '@mui/icons-material/KeyOutlined';
import PersonOutlined from '@mui/icons-material/PersonOutlined';
import { ListSubheader } from '@mui/material';
import type { ReactElement } from 'react';
import { Menu as RaMenu, useCanAccessResources, useSidebarState, useTranslate } from 'react-admin';
import { RESOURCES } from '../resources';

const ENTRIES: { resource: string; to: string; icon: ReactElement }[] = [
  { resource: 'users', to: '/users', icon: <PersonOutlined /> },
  { resource: 'groups', to: '/groups', icon: <GroupsOutlined /> },
  { resource: 'roles', to: '/roles', icon: <KeyOutlined /> },
];

/** What the viewer may open: Users > Users, User Groups, User Roles; Audit; My account. */
export function Menu() {
  const translate = useTranslate();
  const [open] = useSidebarState();
  const { canAccess } = useCanAccessResources({ action: 'list', resources: RESOURCES });
  const may = (resource: string) => canAccess?.[resource] ?? false;
  const entries = ENTRIES.filter(({ resource }) => may(resource));

  return (
    <nav aria-label={translate('app.menu.label')}>
      <RaMenu>
        <Item to="/" icon={<HomeOutlined />} label="app.menu.home" />
        {entries.length > 0 && open && <Heading label="app.menu.users" />}
        {entries.map(({ resource, to, icon }) => (
          <Item key={resource} to={to} icon={icon} label={`app.menu.entries.${resource}`} />
        ))}
        {open && <Heading label="app.menu.more" />}
        {may('auditEvents') && (
          <Item to="/auditEvents" icon={<HistoryOutlined />} label="app.menu.auditEvents" />
        )}
        <Item to="/account" icon={<AccountCircleOutlined />} label="app.menu.account" />
      </RaMenu>
    </nav>
  );
}

function Item(props: { to: string; icon: ReactElement; label: string }) {
  return <RaMenu.Item to={props.to} leftIcon={props.icon} primaryText={props.label} />;
}

function Heading({ label }: { label: string }) {
  const translate = useTranslate();
  return (
    <ListSubheader
      role="presentation"
      disableSticky
      sx={{
        lineHeight: 2.4,
        mt: 1.5,
        px: 2,
        fontSize: 12,
        letterSpacing: '0.04em',
        bgcolor: 'transparent',
      }}
    >
      {translate(label)}
    </ListSubheader>
  );
}
