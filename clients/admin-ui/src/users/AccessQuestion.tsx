import { Alert, AlertTitle, Box, Link as MuiLink, List, ListItem } from '@mui/material';
import { useState } from 'react';
import {
  Form,
  TextInput,
  regex,
  required,
  useCanAccess,
  useDataProvider,
  useTranslate,
} from 'react-admin';
import { Link } from 'react-router-dom';
import type { AccessDecision, RolecallDataProvider, UserRecord } from 'ra-data-rolecall';
import { PermissionMark } from '../roles/PermissionMark';
import { PARTS, type Part, triple } from '../roles/rules';
import { Section } from '../shared/Section';
import { TextButton } from '../shared/TextButton';
import { useSpokenFailure } from '../shared/failures';
import { fullName } from './names';

type Question = Record<Part, string>;

const NAME = regex(/^[A-Za-z0-9._-]{1,64}$/, 'resources.users.access.no_name');

/** "May this user ...?": the decision, and the rules that made it, in words. */
export function AccessQuestion({ user }: { user: UserRecord }) {
  const translate = useTranslate();
  const { canAccess } = useCanAccess({ resource: 'users', action: 'list' });
  const dataProvider = useDataProvider<RolecallDataProvider>();
  const speak = useSpokenFailure();
  const [answer, setAnswer] = useState<{ question: Question; decision: AccessDecision }>();
  const [failure, setFailure] = useState('');
  if (!canAccess) return null;

  const ask = async (values: Partial<Question>) => {
    const question = values as Question;
    setFailure('');
    try {
      setAnswer({
        question,
        decision: await dataProvider.access({ userId: user.id, ...question }),
      });
    } catch (error) {
      setAnswer(undefined);
      setFailure(speak(error));
    }
  };

  return (
    <Section
      title={translate('resources.users.access.title', { name: fullName(user) })}
      help="resources.users.access.help"
    >
      <Form noValidate onSubmit={ask}>
        <Box
          sx={{
            display: 'flex',
            flexDirection: { xs: 'column', sm: 'row' },
            gap: 1.5,
            alignItems: 'flex-start',
          }}
        >
          {PARTS.map(part => (
            <TextInput
              key={part}
              source={part}
              label={`resources.roles.rules.${part}`}
              validate={[required(), NAME]}
              helperText={false}
              autoComplete="off"
            />
          ))}
          <TextButton
            type="submit"
            variant="outlined"
            label="resources.users.access.ask"
            sx={{ mt: 1, whiteSpace: 'nowrap', flexShrink: 0 }}
          />
        </Box>
      </Form>
      <div role="status">{answer && <Answer name={fullName(user)} {...answer} />}</div>
      {failure && <Alert severity="error">{failure}</Alert>}
    </Section>
  );
}

function Answer({
  name,
  question,
  decision,
}: {
  name: string;
  question: Question;
  decision: AccessDecision;
}) {
  const translate = useTranslate();
  const { allowed, reason, decidedBy } = decision;
  return (
    <Alert severity={allowed ? 'success' : 'error'} icon={false} sx={{ mt: 2 }}>
      <AlertTitle>
        {translate(allowed ? 'resources.users.access.yes' : 'resources.users.access.no', {
          name,
          what: triple(question),
        })}
      </AlertTitle>
      {translate(`resources.users.access.${reason}`)}
      {decidedBy.length > 0 && (
        <List dense>
          {decidedBy.map(({ rule, role, group }) => (
            <ListItem
              key={`${rule.id} ${group.id}`}
              disableGutters
              sx={{ gap: 1, flexWrap: 'wrap' }}
            >
              <PermissionMark permission={rule.permission} />
              <code>{triple(rule)}</code>
              <span>
                {translate('resources.users.access.by_role')}{' '}
                <MuiLink component={Link} to={`/roles/${role.id}`}>
                  {role.name}
                </MuiLink>{' '}
                {translate('resources.users.access.by_group')}{' '}
                <MuiLink component={Link} to={`/groups/${group.id}`}>
                  {group.title}
                </MuiLink>
              </span>
            </ListItem>
          ))}
        </List>
      )}
    </Alert>
  );
}
