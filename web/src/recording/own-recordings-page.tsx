import { useTranslation } from 'react-i18next';
import { SignIn } from '../account/sign-in.tsx';
import { useAccount } from '../account/use-account.ts';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Logo } from '../design/logo.tsx';
import { api } from '../lib/api.ts';
import { useConfig } from '../lib/config.tsx';
import { RecordingList } from './recording-list.tsx';
import styles from './recordings-page.module.css';

const load = () => api.recordings.listOwn();

/** `/recordings`: what was recorded of all one's meetings. */
export default function OwnRecordingsPage() {
  const { t } = useTranslation('recording');
  const config = useConfig();
  const [account, setAccount] = useAccount();
  const isOpen = config.status === 'ready' && config.value.openAccess;
  const known = account.status === 'ready' && (account.value !== null || isOpen);
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Logo />
      </header>
      <main className={styles.main}>
        <h1>{t('recordings')}</h1>
        {account.status === 'failed' && <ErrorNotice error={account.error} onRetry={account.retry} />}
        {account.status === 'ready' && !known && <SignIn onSignedIn={setAccount} />}
        {known && <RecordingList key={account.value?.id} load={load} none={t('noneOwn')} />}
      </main>
    </div>
  );
}
