import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Logo } from '../design/logo.tsx';
import styles from './account.module.css';
import { Password } from './password.tsx';
import { Profile } from './profile.tsx';
import { Removal } from './removal.tsx';
import { SignIn } from './sign-in.tsx';
import { useAccount } from './use-account.ts';

/** `/account`: one's profile, password and personal room. */
export default function AccountPage() {
  const { t } = useTranslation('account');
  const [account, setAccount] = useAccount();
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Logo />
        <a className={styles.link} href="/calendar">
          {t('calendar')}
        </a>
      </header>
      <main className={styles.main}>
        <h1>{t('profile')}</h1>
        {account.status === 'failed' && <ErrorNotice error={account.error} onRetry={account.retry} />}
        {account.status === 'ready' && account.value === null && <SignIn onSignedIn={setAccount} />}
        {account.status === 'ready' && account.value !== null && (
          <>
            <Profile account={account.value} onChange={setAccount} />
            {account.value.hasPassword && <Password />}
            <Removal hasPassword={account.value.hasPassword} onRemoved={() => setAccount(null)} />
          </>
        )}
      </main>
    </div>
  );
}
