import type { Meeting } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import styles from './recording-sign.module.css';
import { useRecording } from './use-recording.ts';

/** Stays in sight as long as the meeting is being recorded. */
export function RecordingSign({ meeting }: { meeting: Meeting }) {
  const { t } = useTranslation('recording');
  const state = useRecording(meeting);
  if (state === 'off') return null;
  return (
    <p className={styles.sign} data-testid="recording-sign" data-state={state}>
      {t(state === 'paused' ? 'signPaused' : 'sign')}
    </p>
  );
}
