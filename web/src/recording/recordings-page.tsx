import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { Logo } from '../design/logo.tsx';
import { api } from '../lib/api.ts';
import { RecordingList } from './recording-list.tsx';
import styles from './recordings-page.module.css';

/** `/m/…/recordings`: what was recorded of a meeting, to watch, to download and to delete. */
export default function RecordingsPage({ meetingId }: { meetingId: string }) {
  const { t } = useTranslation('recording');
  const load = useCallback(() => api.recordings.list(meetingId), [meetingId]);
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
        <RecordingList load={load} none={t('none')} />
      </main>
    </div>
  );
}
