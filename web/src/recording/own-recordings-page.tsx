import { useTranslation } from 'react-i18next';
import { SignIn } from '../account/sign-in.tsx';
import { useAccount } from '../account/use-account.ts';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Loading } from '../design/loading.tsx';
import { Page } from '../design/page.tsx';
import { api } from '../lib/api.ts';
import { useConfig } from '../lib/config.tsx';
import { RecordingList } from './recording-list.tsx';

const load = (cursor?: string) => api.recordings.listOwn(cursor);

/** `/recordings`: what was recorded of all one's meetings. */
export default function OwnRecordingsPage() {
  const { t } = useTranslation('recording');
  const config = useConfig();
  const [account, setAccount] = useAccount();
  const isOpen = config.status === 'ready' && config.value.openAccess;
  const known = account.status === 'ready' && (account.value !== null || isOpen);
  const loading = account.status === 'loading' || config.status === 'loading';
  return (
    <Page title={t('recordings')}>
      {loading && <Loading />}
      {account.status === 'failed' && <ErrorNotice error={account.error} onRetry={account.retry} />}
      {!loading && account.status === 'ready' && !known && <SignIn onSignedIn={setAccount} />}
      {known && <RecordingList key={account.value?.id} load={load} none={t('noneOwn')} />}
    </Page>
  );
}
