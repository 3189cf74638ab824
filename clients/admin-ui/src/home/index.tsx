import CheckCircleOutlined from '@mui/icons-material/CheckCircleOutlined';
import { Alert, Box, Button, Card, CardActionArea, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { Title, useCanAccess, useGetIdentity, useGetList, useTranslate } from 'react-admin';
import { Link } from 'react-router-dom';
import type { GroupRecord, RoleRecord } from 'ra-data-rolecall';
import { useSpokenFailure } from '../shared/failures';
import { Lately } from './Lately';

/** Where one starts: the first steps of a new installation, and the way to the lists. */
export default function Home() {
  const translate = useTranslate();
  const { identity } = useGetIdentity();
  return (
    <>
      <Title
        title={translate('app.home.title', { name: identity?.fullName ?? '' })}
        preferenceKey={false}
      />
      <FirstSteps />
      <Overview />
      <Lately />
    </>
  );
}

/** How many there are beside those that are built in; undefined where the viewer may not know. */
function useCount(resource: string) {
  const { canAccess, ...access } = useCanAccess({ resource, action: 'list' });
  const { canAccess: mayCreate } = useCanAccess({ resource, action: 'create' });
  const { total, data, ...list } = useGetList<RoleRecord | GroupRecord>(
    resource,
    { pagination: { page: 1, perPage: 2 }, sort: { field: 'createdAt', order: 'ASC' } },
    { enabled: Boolean(canAccess) },
  );
  return {
    total: data && total,
    mayCreate: Boolean(mayCreate),
    isPending: access.isPending || list.isLoading,
    error: access.error ?? list.error,
  };
}

/** A role, then a group that carries it, then a user in the group. */
function FirstSteps() {
  const translate = useTranslate();
  const roles = useCount('roles');
  const groups = useCount('groups');
  const users = useCount('users');
  // A new installation has one of each: what lets its first administrator in.
  const steps = [
    { key: 'role', to: '/roles/create', ...roles },
    { key: 'group', to: '/groups/create', ...groups },
    { key: 'user', to: '/users/create', ...users },
  ];
  const isDone = ({ total = 0 }: { total?: number }) => total > 1;
  if (
    !steps.every(({ total, mayCreate }) => total !== undefined && mayCreate) ||
    steps.every(isDone)
  )
    return null;
  const next = steps.find(step => !isDone(step));

  return (
    <Card component="section" sx={{ p: 3, mb: 3 }}>
      <Typography component="h2" variant="h6">
        {translate('app.home.first.title')}
      </Typography>
      <Typography color="textSecondary" sx={{ mb: 2 }}>
        {translate('app.home.first.text')}
      </Typography>
      <Stack component="ol" sx={{ m: 0, pl: 0, listStyle: 'none', gap: 2 }}>
        {steps.map((step, index) => (
          <Step
            key={step.key}
            number={index + 1}
            isDone={isDone(step)}
            title={translate(`app.home.first.${step.key}.title`)}
            text={translate(`app.home.first.${step.key}.text`)}
          >
            {step === next && (
              <Button component={Link} to={step.to} variant="contained">
                {translate(`app.home.first.${step.key}.action`)}
              </Button>
            )}
          </Step>
        ))}
      </Stack>
    </Card>
  );
}

function Step(props: {
  number: number;
  isDone: boolean;
  title: string;
  text: string;
  children: ReactNode;
}) {
  const { number, isDone, title, text, children } = props;
  const translate = useTranslate();
  return (
    <Box
      component="li"
      sx={{
        display: 'flex',
        gap: 2,
        alignItems: 'flex-start',
        flexWrap: { xs: 'wrap', sm: 'nowrap' },
      }}
    >
      {isDone ? (
        <CheckCircleOutlined
          color="success"
          titleAccess={translate('app.home.first.done')}
          sx={{ width: 28 }}
        />
      ) : (
        <Typography
          sx={{ width: 28, fontWeight: 700, color: 'primary.main', fontSize: '1.1rem' }}
          aria-hidden
        >
          {number}.
        </Typography>
      )}
      <Box sx={{ flex: 1, minWidth: 200 }}>
        <Typography sx={{ fontWeight: 600 }}>{title}</Typography>
        <Typography variant="body2" color="textSecondary">
          {text}
        </Typography>
      </Box>
      {children}
    </Box>
  );
}

/** The lists, with how much is in them. */
function Overview() {
  const lists = [
    { resource: 'users', ...useCount('users') },
    { resource: 'groups', ...useCount('groups') },
    { resource: 'roles', ...useCount('roles') },
  ];
  const translate = useTranslate();
  const speak = useSpokenFailure();
  const cards = lists.filter(({ total }) => total !== undefined);
  const failed = lists.find(({ error }) => error);
  if (failed) return <Alert severity="error">{speak(failed.error)}</Alert>;
  if (lists.every(({ total, isPending }) => total === undefined && !isPending))
    return <Typography>{translate('app.home.nothing')}</Typography>;
  return (
    <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: '1fr', sm: 'repeat(3, 1fr)' } }}>
      {cards.map(({ resource, total }) => (
        <Card key={resource}>
          <CardActionArea component={Link} to={`/${resource}`} sx={{ p: 2.5 }}>
            <Typography variant="h4" component="p">
              {total}
            </Typography>
            <Typography color="textSecondary">
              {translate(`resources.${resource}.name`, { smart_count: total })}
            </Typography>
          </CardActionArea>
        </Card>
      ))}
    </Box>
  );
}
