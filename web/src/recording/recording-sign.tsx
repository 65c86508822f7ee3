import type { Meeting, MeetingView } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { humanErrorOf } from '../lib/error-texts.ts';
import { useManages } from '../meeting/use-manages.ts';
import styles from './recording-sign.module.css';
import { useRecording, useRecordingFailure } from './use-recording.ts';

/** Tells everybody, those who come later too, that the meeting is being recorded: a sign that stays, and a notice to put away. Who may see what was recorded is told where. */
export function RecordingSign({ meeting, view }: { meeting: Meeting; view: MeetingView }) {
  const { t } = useTranslation('recording');
  const state = useRecording(meeting);
  const manages = useManages(view);
  const failure = useRecordingFailure(meeting);
  const [known, setKnown] = useState(false);
  const [wasRecorded, setWasRecorded] = useState(false);
  const recorded = state !== 'off';
  if (recorded && !wasRecorded) setWasRecorded(true);
  if (!recorded && known) setKnown(false);
  return (
    <>
      <div className="visually-hidden" role="status">
        {recorded ? t('notice') : wasRecorded && t('ended')}
      </div>
      {recorded && (
        <p className={styles.sign} data-testid="recording-sign" data-state={state}>
          {t(state === 'paused' ? 'signPaused' : 'sign')}
        </p>
      )}
      {recorded && !known && (
        <section className={styles.notice} aria-labelledby="recording-notice" data-testid="recording-notice">
          <h2 id="recording-notice">{t('notice')}</h2>
          <p>{t('noticeText')}</p>
          <Button onPress={() => setKnown(true)}>{t('understood')}</Button>
        </section>
      )}
      {failure !== undefined && manages && (
        <div className={styles.failure} data-testid="recording-failure">
          <ErrorNotice error={humanErrorOf(failure)} />
        </div>
      )}
      {!recorded && wasRecorded && manages && (
        <section className={styles.notice} aria-labelledby="recording-ended">
          <h2 id="recording-ended">{t('ended')}</h2>
          <a href={`/m/${view.meetingId}/recordings`} target="_blank" rel="noopener" data-testid="open-recordings">
            {t('recordings')}
          </a>
          <Button onPress={() => setWasRecorded(false)}>{t('understood')}</Button>
        </section>
      )}
    </>
  );
}
