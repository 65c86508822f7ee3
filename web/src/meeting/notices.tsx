import type { Meeting, MeetingView } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { BreakoutNotices } from '../breakouts/breakout-notices.tsx';
import { HelpNotice } from '../breakouts/help-notice.tsx';
import { Button } from '../design/button.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import type { DeviceStore } from '../devices/device-store.ts';
import { EncryptionNotice } from '../encryption/encryption-notice.tsx';
import type { HumanError } from '../lib/error-texts.ts';
import { ModerationNotices } from '../moderation/moderation-notices.tsx';
import { PollNotice } from '../polls/poll-notice.tsx';
import { HandNotice } from '../reactions/hand-notice.tsx';
import { RecordingNotice } from '../recording/recording-notice.tsx';
import { ScreenAudience } from '../stage/screen-audience.tsx';
import { SpotlightNotice } from '../stage/spotlight-notice.tsx';
import { ConnectionStatus } from './connection-status.tsx';
import styles from './notices.module.css';
import type { Panel } from './panel.tsx';
import { RemoteAudio } from './remote-audio.tsx';
import { StageNotice } from './stage-notice.tsx';

export interface NoticesProps {
  meeting: Meeting;
  view: MeetingView;
  camera: DeviceStore;
  microphone: DeviceStore;
  panel: Panel | null;
  mayManage: boolean;
  /** What went wrong last. */
  error: HumanError | null;
  onPanel: (panel: Panel) => void;
  onError: (error: unknown) => void;
  onDismiss: () => void;
}

/** Everything there is to be noticed, one below the other over the stage. */
export function Notices({ panel, mayManage, error, onPanel, onError, onDismiss, ...of }: NoticesProps) {
  const { t } = useTranslation();
  const { meeting, view } = of;
  return (
    <div className={styles.notices}>
      {error !== null && (
        <div className={styles.error}>
          <ErrorNotice error={error}>
            <Button onPress={onDismiss}>{t('dismiss')}</Button>
          </ErrorNotice>
        </div>
      )}
      <ConnectionStatus view={view} />
      <RemoteAudio view={view} />
      <StageNotice {...of} />
      <ModerationNotices
        {...of}
        lobbyShown={panel === 'people'}
        onShowLobby={() => onPanel('people')}
        onError={onError}
      />
      <SpotlightNotice view={view} />
      <EncryptionNotice meeting={meeting} view={view} />
      <RecordingNotice meeting={meeting} view={view} mayManage={mayManage} />
      <BreakoutNotices meeting={meeting} view={view} />
      <HelpNotice meeting={meeting} view={view} looking={panel === 'breakouts'} onLook={() => onPanel('breakouts')} />
      <PollNotice meeting={meeting} looking={panel === 'polls'} onLook={() => onPanel('polls')} />
      <HandNotice meeting={meeting} view={view} looking={panel === 'people'} onLook={() => onPanel('people')} />
      <ScreenAudience view={view} />
    </div>
  );
}
