import type { Meeting, MeetingView } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { RoundButton } from '../design/round-button.tsx';
import { useCloseControls } from '../meeting/more-controls.tsx';
import { isManager } from '../moderation/use-moderation.ts';
import { useRecording } from './use-recording.ts';

export interface RecordButtonsProps {
  meeting: Meeting;
  view: MeetingView;
  onError: (error: unknown) => void;
}

/** Lets hosts and cohosts record the meeting, unless it is encrypted end to end. */
export function RecordButtons({ meeting, view, onError }: RecordButtonsProps) {
  const { t } = useTranslation('recording');
  const state = useRecording(meeting);
  const { recording } = meeting;
  const closeControls = useCloseControls();
  if (meeting.encryption.view.on) return null;
  if (!isManager(view)) return null;

  function attempt(change: Promise<void>): void {
    closeControls();
    change.catch(onError);
  }

  const off = state === 'off';
  return (
    <>
      {!off && (
        <RoundButton
          icon={state === 'paused' ? 'record' : 'pause'}
          label={t(state === 'paused' ? 'resume' : 'pause')}
          data-testid="pause-recording"
          onPress={() => attempt(state === 'paused' ? recording.resume() : recording.pause())}
        />
      )}
      <RoundButton
        icon={off ? 'record' : 'stop'}
        label={t(off ? 'start' : 'stop')}
        look={off ? 'plain' : 'active'}
        data-testid="toggle-recording"
        data-on={!off}
        onPress={() => attempt(off ? recording.start() : recording.stop())}
      />
    </>
  );
}
