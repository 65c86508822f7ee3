import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Loading } from '../design/loading.tsx';
import { Page } from '../design/page.tsx';
import { Password } from './password.tsx';
import { Profile } from './profile.tsx';
import { Removal } from './removal.tsx';
import { SignIn } from './sign-in.tsx';
import { useAccount } from './use-account.ts';
import { Webhooks } from './webhooks.tsx';

/** `/account`: one's profile, password, personal room and webhooks. */
export default function AccountPage() {
  const { t } = useTranslation('account');
  const [account, setAccount] = useAccount();
  return (
    <Page title={t('profile')} width="narrow">
      {account.status === 'loading' && <Loading />}
      {account.status === 'failed' && <ErrorNotice error={account.error} onRetry={account.retry} />}
      {account.status === 'ready' && account.value === null && <SignIn onSignedIn={setAccount} />}
      {account.status === 'ready' && account.value !== null && (
        <Fragment key={account.value.id}>
          <Profile account={account.value} onChange={setAccount} />
          {account.value.hasPassword && <Password />}
          <Webhooks />
          <Removal hasPassword={account.value.hasPassword} onRemoved={() => void setAccount(null)} />
        </Fragment>
      )}
    </Page>
  );
}
