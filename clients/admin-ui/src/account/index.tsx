import { Title, useCanAccess } from 'react-admin';
import { ApiTokens } from './ApiTokens';
import { Password } from './Password';
import { Profile } from './Profile';
import { Sessions } from './Sessions';

/** What everyone may do with their own account. */
export default function AccountPage() {
  const { canAccess: mayHaveTokens } = useCanAccess({ resource: 'apiTokens', action: 'create' });
  return (
    <>
      <Title title="app.account.title" preferenceKey={false} />
      <Profile />
      <Password />
      <Sessions />
      {mayHaveTokens && <ApiTokens />}
    </>
  );
}
