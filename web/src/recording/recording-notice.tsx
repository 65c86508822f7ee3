import { type Meeting, type MeetingView, Role } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Notice } from '../design/notice.tsx';
import { humanErrorOf } from '../lib/error-texts.ts';
import { isManager } from '../moderation/use-moderation.ts';
import { useRecording, useRecordingFailure } from './use-recording.ts';

export interface RecordingNoticeProps {
  meeting: Meeting;
  view: MeetingView;
  /** As its host this person may see what was recorded, and is told where. */
  mayManage: boolean;
}

/** Tells everybody, those who come later too, that the meeting is being recorded, until they have put that away, and that it no longer is; hosts and cohosts what goes wrong. */
export function RecordingNotice({ meeting, view, mayManage }: RecordingNoticeProps) {
  const { t } = useTranslation('recording');
  const state = useRecording(meeting);
  const recorded = state !== 'off';
  const failure = useRecordingFailure(meeting);
  const [known, setKnown] = useState(false);
  const [wasRecorded, setWasRecorded] = useState(false);
  const manages = mayManage && view.self.role === Role.HOST;
  if (recorded && !wasRecorded) setWasRecorded(true);
  if (!recorded && known) setKnown(false);
  return (
    <>
      <div className="visually-hidden" role="status">
        {state === 'paused' && t('paused')}
        {state === 'running' && t('notice')}
        {state === 'off' && wasRecorded && t('ended')}
      </div>
      {state === 'running' && !known && (
        <Notice testId="recording-notice" actions={<Button onPress={() => setKnown(true)}>{t('understood')}</Button>}>
          <h2>{t('notice')}</h2>
          <p>{t('noticeText')}</p>
        </Notice>
      )}
      {failure !== undefined && isManager(view) && (
        <div data-testid="recording-failure">
          <ErrorNotice error={humanErrorOf(failure)} />
        </div>
      )}
      {!recorded && wasRecorded && manages && (
        <Notice actions={<Button onPress={() => setWasRecorded(false)}>{t('understood')}</Button>}>
          <h2>{t('ended')}</h2>
          <a href={`/m/${view.meetingId}/recordings`} target="_blank" rel="noopener" data-testid="open-recordings">
            {t('recordings')}
          </a>
        </Notice>
      )}
    </>
  );
}
