import { Alert, AlertTitle, Box, Link as MuiLink, List, ListItem } from '@mui/material';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Form, TextInput, regex, required, useCanAccess, useTranslate } from 'react-admin';
import { Link } from 'react-router-dom';
import type { AccessDecision, UserRecord } from 'ra-data-rolecall';
import { PermissionMark } from '../roles/PermissionMark';
import { PARTS, type Part, triple } from '../roles/rules';
import { Section } from '../shared/Section';
import { TextButton } from '../shared/TextButton';
import { useSpokenFailure } from '../shared/failures';
import { useRolecall } from '../shared/useRolecall';
import { fullName } from './names';

type Question = Record<Part, string>;

const NAME = regex(/^[A-Za-z0-9._-]{1,64}$/, 'resources.users.access.no_name');

// The user of the page is no record of this form: when they change, what is typed stays.
const NOTHING = {};

/** "May this user ...?": the decision, and the rules that made it, in words. */
export function AccessQuestion({ user }: { user: UserRecord }) {
  const translate = useTranslate();
  const { canAccess } = useCanAccess({ resource: 'users', action: 'list' });
  const rolecall = useRolecall();
  const speak = useSpokenFailure();
  const queryClient = useQueryClient();
  const [question, setQuestion] = useState<Question>();
  const { data: decision, error } = useQuery({
    // Such queries are asked again when something changes that decisions depend on.
    queryKey: ['access', user.id, question],
    queryFn: () => rolecall.access({ userId: user.id, ...question! }),
    enabled: question !== undefined,
    retry: false,
  });
  if (!canAccess) return null;

  const ask = (values: object) => {
    setQuestion(values as Question);
    void queryClient.invalidateQueries({ queryKey: ['access', user.id, values] });
  };

  return (
    <Section
      title={translate('resources.users.access.title', { name: fullName(user) })}
      help="resources.users.access.help"
    >
      <Form noValidate disableInvalidFormNotification record={NOTHING} onSubmit={ask}>
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
      <div role="status">
        {question && decision && !error && (
          <Answer name={fullName(user)} question={question} decision={decision} />
        )}
      </div>
      {error && <Alert severity="error">{speak(error)}</Alert>}
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
