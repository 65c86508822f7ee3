import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../design/page.tsx';
import { api } from '../lib/api.ts';
import { RecordingList } from './recording-list.tsx';
import styles from './recordings-page.module.css';

/** `/m/…/recordings`: what was recorded of a meeting, to watch, to download and to delete. */
export default function RecordingsPage({ meetingId }: { meetingId: string }) {
  const { t } = useTranslation('recording');
  const load = useCallback(() => api.recordings.list(meetingId), [meetingId]);
  const toMeeting = (
    <a className={styles.link} href={`/m/${meetingId}`}>
      {t('toMeeting')}
    </a>
  );
  return (
    <Page title={t('recordings')} actions={toMeeting}>
      <RecordingList load={load} none={t('none')} />
    </Page>
  );
}
