import { type Meeting, Role, TrackSource } from '@canopy/client';
import { useCallback, useEffect, useRef, useState } from 'react';
import { BreakoutBar } from '../breakouts/breakout-bar.tsx';
import type { Person } from '../chat/recipients.ts';
import { useChat } from '../chat/use-chat.ts';
import { DeviceNotice } from '../devices/device-notice.tsx';
import type { DeviceStore } from '../devices/device-store.ts';
import { type HumanError, humanError } from '../lib/error-texts.ts';
import { useFocusHere, useKeptFocus } from '../lib/focus.ts';
import { resetUnsent } from '../lib/unsent.ts';
import { usePageTitle } from '../lib/use-page-title.ts';
import { useUnread } from '../lib/use-unread.ts';
import { AloneLine } from '../links/alone-line.tsx';
import { QualityNotice } from '../quality/quality-notice.tsx';
import { FloatingReactions } from '../reactions/floating-reactions.tsx';
import { resetStage } from '../stage/stage-store.ts';
import { resetVolumes } from '../stage/volumes.ts';
import styles from './meeting-room.module.css';
import { Notices } from './notices.tsx';
import { OwnState } from './own-state.tsx';
import { type Panel, PanelOf } from './panel.tsx';
import { mayPublish, publishDevice } from './publish-device.ts';
import { RoomHeader } from './room-header.tsx';
import { Stage } from './stage.tsx';
import { tilesOf } from './tiles.ts';
import { Toolbar } from './toolbar.tsx';
import { useSubscriptions } from './use-subscriptions.ts';
import { useMeetingView } from './view-store.ts';

export interface MeetingRoomProps {
  meeting: Meeting;
  camera: DeviceStore;
  microphone: DeviceStore;
  /** This person may manage the meeting over the REST API as well, once they host it. */
  mayManage: boolean;
  onLeave: () => void;
}

export function MeetingRoom({ meeting, camera, microphone, mayManage, onLeave }: MeetingRoomProps) {
  const view = useMeetingView(meeting);
  const sizes = useSubscriptions(meeting);
  const [panel, setPanel] = useState<Panel | null>(null);
  const [addressee, setAddressee] = useState<Person | null>(null);
  const chat = useChat(meeting);
  const unread = useUnread(meeting.chat, chat.unread, panel === 'chat');
  const [error, setError] = useState<HumanError | null>(null);
  const onStage = view.self.role !== Role.ATTENDEE;
  const fail = useCallback((cause: unknown) => setError(humanError(cause)), []);
  const room = useRef<HTMLDivElement>(null);
  const main = useRef<HTMLElement>(null);
  useFocusHere(main);
  useKeptFocus(main);
  // Of what surrounds it, such as the buttons of who is on stage no more.
  useKeptFocus(room, main);
  usePageTitle(view.title);

  function show(which: Panel | null, to: Person | null = null): void {
    setPanel(which);
    setAddressee(to);
  }

  useEffect(resetStage, []);
  useEffect(resetVolumes, []);
  useEffect(resetUnsent, []);

  useEffect(() => {
    if (!onStage) return;
    const stops = [
      publishDevice(meeting, TrackSource.MICROPHONE, microphone, fail),
      publishDevice(meeting, TrackSource.CAMERA, camera, fail),
      meeting.events.on('publishFailed', ({ error: cause }) => {
        if (mayPublish(meeting)) fail(cause);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [meeting, onStage, camera, microphone, fail]);

  useEffect(() => {
    if (onStage) return;
    for (const device of [camera, microphone]) {
      // Who comes back to the stage finds nothing on that is not.
      void device.setOn(false);
      device.release();
    }
  }, [onStage, camera, microphone]);

  return (
    <div ref={room} className={styles.room}>
      <RoomHeader
        meeting={meeting}
        view={view}
        panel={panel}
        unread={unread}
        camera={camera}
        microphone={microphone}
        onPanel={show}
        onError={fail}
      />
      <BreakoutBar meeting={meeting} view={view} onError={fail} />
      <main ref={main} className={styles.main} tabIndex={-1}>
        <div className={styles.sight}>
          <Stage meeting={meeting} view={view} tiles={tilesOf(view)} sizes={sizes} />
          <FloatingReactions meeting={meeting} />
          <Notices
            meeting={meeting}
            view={view}
            camera={camera}
            microphone={microphone}
            panel={panel}
            mayManage={mayManage}
            error={error}
            onPanel={show}
            onError={fail}
            onDismiss={() => setError(null)}
          />
        </div>
        {panel !== null && (
          <PanelOf
            key={panel}
            panel={panel}
            meeting={meeting}
            view={view}
            chat={chat}
            addressee={addressee}
            onMessage={(person) => show('chat', person)}
            onClose={() => show(null)}
            onError={fail}
          />
        )}
      </main>
      <footer>
        <AloneLine meeting={meeting} view={view} />
        <QualityNotice meeting={meeting} />
        <DeviceNotice devices={[camera, microphone]} />
        <Toolbar
          meeting={meeting}
          view={view}
          sizes={sizes}
          devices={onStage ? { camera, microphone } : null}
          onLeave={onLeave}
          onError={fail}
        />
      </footer>
      <OwnState view={view} microphone={microphone} />
    </div>
  );
}
