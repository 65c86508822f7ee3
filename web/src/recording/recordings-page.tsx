import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Logo } from '../design/logo.tsx';
import { api } from '../lib/api.ts';
import { usePolled } from '../lib/use-polled.ts';
import { RecordingEntry } from './recording-entry.tsx';
import styles from './recordings-page.module.css';

/** `/m/…/recordings`: what was recorded of a meeting, to watch, to download and to delete. */
export default function RecordingsPage({ meetingId }: { meetingId: string }) {
  const { t } = useTranslation('recording');
  const load = useCallback(() => api.recordings.list(meetingId), [meetingId]);
  const { value: recordings, error } = usePolled(load);
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Logo />
        <a className={styles.link} href={`/m/${meetingId}`}>
          {t('toMeeting')}
        </a>
      </header>
      <main className={styles.main}>
        <h1>{t('recordings')}</h1>
        {error !== null && <ErrorNotice error={error} />}
        {recordings?.length === 0 && <p className={styles.empty}>{t('none')}</p>}
        <ul className={styles.list} data-testid="recordings">
          {recordings?.map((recording) => (
            <RecordingEntry key={recording.id} recording={recording} />
          ))}
        </ul>
      </main>
    </div>
  );
}
