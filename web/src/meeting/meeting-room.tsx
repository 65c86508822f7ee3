import { type Meeting, Role, TrackSource } from '@canopy/client';
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { BreakoutBar } from '../breakouts/breakout-bar.tsx';
import { BreakoutNotices } from '../breakouts/breakout-notices.tsx';
import { BreakoutsPanel } from '../breakouts/breakouts-panel.tsx';
import { ChatPanel } from '../chat/chat-panel.tsx';
import { useChat, useUnreadMessages } from '../chat/use-chat.ts';
import { ErrorNotice } from '../design/error-notice.tsx';
import { DeviceNotice } from '../devices/device-notice.tsx';
import type { DeviceStore } from '../devices/device-store.ts';
import { EncryptionNotice } from '../encryption/encryption-notice.tsx';
import { type HumanError, humanError } from '../lib/error-texts.ts';
import { ModerationNotices } from '../moderation/moderation-notices.tsx';
import { PollNotice } from '../polls/poll-notice.tsx';
import { PollsPanel } from '../polls/polls-panel.tsx';
import { QualityNotice } from '../quality/quality-notice.tsx';
import { QuestionsPanel } from '../questions/questions-panel.tsx';
import { FloatingReactions } from '../reactions/floating-reactions.tsx';
import { ViewControls } from '../settings/view-controls.tsx';
import { resetStage } from '../stage/stage-store.ts';
import { ConnectionStatus } from './connection-status.tsx';
import styles from './meeting-room.module.css';
import { OwnState } from './own-state.tsx';
import { ParticipantsPanel } from './participants-panel.tsx';
import { publishDevice } from './publish-device.ts';
import { RemoteAudio } from './remote-audio.tsx';
import { type Panel, RoomHeader } from './room-header.tsx';
import { Stage } from './stage.tsx';
import { tilesOf } from './tiles.ts';
import { Toolbar } from './toolbar.tsx';
import { useSubscriptions } from './use-subscriptions.ts';
import { useMeetingView } from './view-store.ts';

const StatisticsPanel = lazy(() => import('../quality/statistics-panel.tsx'));
const PlanPanel = lazy(() => import('../plan/plan-panel.tsx'));

export interface MeetingRoomProps {
  meeting: Meeting;
  camera: DeviceStore;
  microphone: DeviceStore;
  onLeave: () => void;
}

export function MeetingRoom({ meeting, camera, microphone, onLeave }: MeetingRoomProps) {
  const { t } = useTranslation();
  const view = useMeetingView(meeting);
  const sizes = useSubscriptions(meeting);
  const [panel, setPanel] = useState<Panel | null>(null);
  const chat = useChat(meeting);
  const unread = useUnreadMessages(meeting, chat.messages, panel === 'chat');
  const [error, setError] = useState<HumanError | null>(null);
  const onStage = view.self.role !== Role.ATTENDEE;
  const fail = useCallback((cause: unknown) => setError(humanError(cause)), []);

  useEffect(resetStage, []);

  useEffect(() => {
    if (!onStage) return;
    const stops = [
      publishDevice(meeting, TrackSource.MICROPHONE, microphone, fail),
      publishDevice(meeting, TrackSource.CAMERA, camera, fail),
      meeting.events.on('publishFailed', ({ error: cause }) => fail(cause)),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [meeting, onStage, camera, microphone, fail]);

  useEffect(() => {
    if (onStage) return;
    camera.release();
    microphone.release();
  }, [onStage, camera, microphone]);

  return (
    <div className={styles.room}>
      <RoomHeader meeting={meeting} view={view} panel={panel} unread={unread} onPanel={setPanel}>
        <ViewControls camera={camera} microphone={microphone} onStage={onStage} />
      </RoomHeader>
      <BreakoutBar meeting={meeting} view={view} onError={fail} />
      <main className={styles.main}>
        <Stage meeting={meeting} view={view} tiles={tilesOf(view)} sizes={sizes} />
        {panel === 'people' && (
          <ParticipantsPanel meeting={meeting} view={view} onClose={() => setPanel(null)} onError={fail} />
        )}
        {panel === 'chat' && <ChatPanel meeting={meeting} view={view} chat={chat} onClose={() => setPanel(null)} />}
        {panel === 'questions' && <QuestionsPanel meeting={meeting} view={view} onClose={() => setPanel(null)} />}
        {panel === 'polls' && <PollsPanel meeting={meeting} view={view} onClose={() => setPanel(null)} />}
        <FloatingReactions meeting={meeting} view={view} />
        {panel === 'breakouts' && (
          <BreakoutsPanel meeting={meeting} view={view} onClose={() => setPanel(null)} onError={fail} />
        )}
        <Suspense>
          {panel === 'statistics' && <StatisticsPanel meeting={meeting} onClose={() => setPanel(null)} />}
          {panel === 'plan' && <PlanPanel meetingId={view.meetingId} onClose={() => setPanel(null)} />}
        </Suspense>
        <ModerationNotices
          meeting={meeting}
          view={view}
          camera={camera}
          microphone={microphone}
          lobbyShown={panel === 'people'}
          onShowLobby={() => setPanel('people')}
          onError={fail}
        />
        <EncryptionNotice meeting={meeting} view={view} />
        <ConnectionStatus view={view} />
        <PollNotice meeting={meeting} looking={panel === 'polls'} onLook={() => setPanel('polls')} />
        <BreakoutNotices meeting={meeting} view={view} />
        {error !== null && (
          <div className={styles.notice}>
            <ErrorNotice error={error}>
              <button type="button" className={styles.dismiss} onClick={() => setError(null)}>
                {t('dismiss')}
              </button>
            </ErrorNotice>
          </div>
        )}
      </main>
      <footer>
        <QualityNotice meeting={meeting} />
        <DeviceNotice devices={[camera, microphone]} />
        <Toolbar
          meeting={meeting}
          view={view}
          devices={onStage ? { camera, microphone } : null}
          onLeave={onLeave}
          onError={fail}
        />
      </footer>
      <RemoteAudio view={view} />
      <OwnState camera={camera} microphone={microphone} />
    </div>
  );
}
