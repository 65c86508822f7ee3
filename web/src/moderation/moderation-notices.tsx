import { type Meeting, type MeetingView, type ModerationName, Role } from '@canopy/client';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Button } from '../design/button.tsx';
import { Dialog, DialogButtons } from '../design/dialog.tsx';
import { Notice } from '../design/notice.tsx';
import type { DeviceStore } from '../devices/device-store.ts';
import { stopSharing } from '../meeting/screen-share.ts';
import { isManager, useLobby, useModeration } from './use-moderation.ts';

export interface ModerationNoticesProps {
  meeting: Meeting;
  view: MeetingView;
  camera: DeviceStore;
  microphone: DeviceStore;
  /** Those who wait are on view anyway. */
  lobbyShown: boolean;
  onShowLobby: () => void;
  onError: (error: unknown) => void;
}

interface Done {
  what: ModerationName;
  by: string;
}

/** What hosts do to this person, and what waits for a host to do. */
export function ModerationNotices({
  meeting,
  view,
  camera,
  microphone,
  lobbyShown,
  onShowLobby,
  onError,
}: ModerationNoticesProps) {
  const { t } = useTranslation('moderation');
  const [done, setDone] = useState<Done | null>(null);
  const heard = useStore(microphone, ({ on }) => on);
  const seen = useStore(camera, ({ on }) => on);
  useLobby(meeting, view, onError);

  useEffect(() => {
    // They are back: it is no news any more.
    setDone((now) => ((now?.what === 'mute' && heard) || (now?.what === 'stop-camera' && seen) ? null : now));
  }, [heard, seen]);

  useEffect(() => {
    return meeting.moderation.events.on('moderated', ({ what, byName }) => {
      setDone({ what, by: byName });
      if (what === 'mute') void microphone.setOn(false);
      if (what === 'stop-camera') void camera.setOn(false);
      if (what === 'stop-screen') stopSharing(meeting).catch(onError);
    });
  }, [meeting, camera, microphone, onError]);

  const name = done?.by || t('somebody');
  const asked = done?.what === 'ask-to-unmute';
  const texts: Partial<Record<ModerationName, string>> = {
    mute: t('mutedBy', { name }),
    'stop-camera': t('cameraStoppedBy', { name }),
    'stop-screen': t('screenStoppedBy', { name }),
  };
  const text = done === null ? undefined : texts[done.what];
  return (
    <>
      <BackstageBar meeting={meeting} view={view} onError={onError} />
      <LobbyNotice meeting={meeting} view={view} lobbyShown={lobbyShown} onShow={onShowLobby} onError={onError} />
      <div role="status">
        {text !== undefined && (
          <Notice
            testId="moderated"
            actions={<Button onPress={() => setDone(null)}>{t('dismiss', { ns: 'common' })}</Button>}
          >
            {text}
          </Notice>
        )}
      </div>
      {asked && (
        <AskToUnmute
          name={name}
          onAnswer={(accepted) => {
            setDone(null);
            if (accepted) void microphone.setOn(true);
          }}
        />
      )}
    </>
  );
}

function BackstageBar({ meeting, view, onError }: Pick<ModerationNoticesProps, 'meeting' | 'view' | 'onError'>) {
  const { t } = useTranslation('moderation');
  const { rules } = useModeration(meeting);
  if (!rules.backstage || view.self.role === Role.ATTENDEE) return null;
  // Who keeps order is told how many wait, where the server counts them.
  const waiting = isManager(view) ? view.reception?.backstage : undefined;
  const goLive = () => void meeting.moderation.changeRules({ backstage: false }).catch(onError);
  return (
    <Notice
      testId="backstage"
      actions={
        isManager(view) && (
          <Button look="primary" data-testid="go-live" onPress={goLive}>
            {t('goLive')}
          </Button>
        )
      }
    >
      {waiting === undefined ? t('backstage') : t('backstageWaiting', { count: waiting })}
    </Notice>
  );
}

function LobbyNotice({
  meeting,
  view,
  lobbyShown,
  onShow,
  onError,
}: Pick<ModerationNoticesProps, 'meeting' | 'view' | 'lobbyShown' | 'onError'> & { onShow: () => void }) {
  const { t } = useTranslation('moderation');
  const { waiting } = useModeration(meeting);
  const [first] = waiting;
  const only = waiting.length === 1 ? first : undefined;
  return (
    <div role="status">
      {isManager(view) && !lobbyShown && first !== undefined && (
        <Notice
          testId="lobby-notice"
          actions={
            <>
              {only !== undefined && (
                <Button
                  // Who comes in place of another under the pointer is not let in by a press that was meant for them.
                  key={only.participantId}
                  look="primary"
                  aria-label={t('admitName', { name: only.name })}
                  onPress={() => void meeting.moderation.admit(only.participantId).catch(onError)}
                >
                  {t('admit')}
                </Button>
              )}
              <Button data-testid="show-lobby" onPress={onShow}>
                {t('show')}
              </Button>
            </>
          }
        >
          <span>{t('waitingNotice', { count: waiting.length, name: first.name })}</span>
          {only?.fromBannedNetwork === true && <p>{t('fromBannedNetwork')}</p>}
        </Notice>
      )}
    </div>
  );
}

interface AskToUnmuteProps {
  name: string;
  onAnswer: (accepted: boolean) => void;
}

function AskToUnmute({ name, onAnswer }: AskToUnmuteProps) {
  const { t } = useTranslation('moderation');
  return (
    <Dialog title={t('askTitle', { name })} urgent testId="ask-to-unmute-dialog" onClose={() => onAnswer(false)}>
      <p>{t('askText')}</p>
      <DialogButtons>
        <Button onPress={() => onAnswer(false)}>{t('stayMuted')}</Button>
        <Button look="primary" data-testid="accept-unmute" onPress={() => onAnswer(true)}>
          {t('unmute')}
        </Button>
      </DialogButtons>
    </Dialog>
  );
}
