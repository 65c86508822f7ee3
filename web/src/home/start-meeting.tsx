import { useTranslation } from 'react-i18next';
import { useAccount } from '../account/use-account.ts';
import card from '../design/card.module.css';
import { ErrorNotice } from '../design/error-notice.tsx';
import { useConfig } from '../lib/config.tsx';
import { CreateMeeting } from './create-meeting.tsx';
import styles from './start-meeting.module.css';

/** Where a meeting is made, for those who may: everybody, or whoever is signed in. */
export function StartMeeting() {
  const config = useConfig();
  if (config.status === 'loading') return null;
  return config.status === 'ready' && !config.value.openAccess ? <ForHosts /> : <CreateMeeting />;
}

function ForHosts() {
  const { t } = useTranslation(['creation', 'account']);
  const [account] = useAccount();
  if (account.status === 'loading') return null;
  if (account.status === 'failed') return <ErrorNotice error={account.error} onRetry={account.retry} />;
  if (account.value !== null) return <CreateMeeting />;
  return (
    <section className={card.card}>
      <h2>{t('title')}</h2>
      <p className={styles.hint}>{t('forHosts')}</p>
      <a className={styles.link} href="/account" data-testid="sign-in-to-start">
        {t('account:signIn')}
      </a>
    </section>
  );
}
