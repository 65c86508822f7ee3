import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { SignIn } from '../account/sign-in.tsx';
import { useAccount } from '../account/use-account.ts';
import { Page } from '../design/page.tsx';
import { api } from '../lib/api.ts';
import { RecordingList } from './recording-list.tsx';
import styles from './recordings-page.module.css';

/** `/m/…/recordings`: what was recorded of a meeting, to watch, to download and to delete. */
export default function RecordingsPage({ meetingId }: { meetingId: string }) {
  const { t } = useTranslation('recording');
  const [account, setAccount] = useAccount();
  const who = account.status === 'ready' ? account.value : undefined;
  const load = useCallback(
    async () => ({ recordings: await api.recordings.list(meetingId), nextCursor: null }),
    [meetingId],
  );
  const toMeeting = (
    <a className={styles.link} href={`/m/${meetingId}`}>
      {t('toMeeting')}
    </a>
  );
  return (
    <Page title={t('recordings')} actions={toMeeting}>
      <RecordingList
        key={who?.id}
        load={load}
        none={t('none')}
        refused={who === null ? <SignIn onSignedIn={setAccount} /> : undefined}
      />
    </Page>
  );
}
