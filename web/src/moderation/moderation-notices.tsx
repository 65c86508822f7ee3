import { type Meeting, type MeetingView, type ModerationName, Role } from '@canopy/client';
import { useEffect, useState } from 'react';
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import type { DeviceStore } from '../devices/device-store.ts';
import { cx } from '../lib/cx.ts';
import { stopSharing } from '../meeting/screen-share.ts';
import styles from './moderation.module.css';
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
  useLobby(meeting, view, onError);

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
    <div className={styles.notices}>
      <BackstageBar meeting={meeting} view={view} onError={onError} />
      <LobbyNotice meeting={meeting} view={view} lobbyShown={lobbyShown} onShow={onShowLobby} />
      <div role="status">
        {text !== undefined && (
          <div className={styles.notice} data-testid="moderated">
            {text}
            <Button onPress={() => setDone(null)}>{t('dismiss', { ns: 'common' })}</Button>
          </div>
        )}
      </div>
      <AskToUnmute
        name={name}
        isOpen={asked}
        onAnswer={(accepted) => {
          setDone(null);
          if (accepted) void microphone.setOn(true);
        }}
      />
    </div>
  );
}

function BackstageBar({ meeting, view, onError }: Pick<ModerationNoticesProps, 'meeting' | 'view' | 'onError'>) {
  const { t } = useTranslation('moderation');
  const { rules } = useModeration(meeting);
  if (!rules.backstage || view.self.role === Role.ATTENDEE) return null;
  const goLive = () => void meeting.moderation.changeRules({ backstage: false }).catch(onError);
  return (
    <div className={styles.notice} data-testid="backstage">
      {t('backstage')}
      {isManager(view) && (
        <Button look="primary" data-testid="go-live" onPress={goLive}>
          {t('goLive')}
        </Button>
      )}
    </div>
  );
}

function LobbyNotice({
  meeting,
  view,
  lobbyShown,
  onShow,
}: Pick<ModerationNoticesProps, 'meeting' | 'view' | 'lobbyShown'> & { onShow: () => void }) {
  const { t } = useTranslation('moderation');
  const { waiting } = useModeration(meeting);
  return (
    <div role="status">
      {isManager(view) && !lobbyShown && waiting.length > 0 && (
        <div className={styles.notice} data-testid="lobby-notice">
          {t('waitingNotice', { count: waiting.length })}
          <Button data-testid="show-lobby" onPress={onShow}>
            {t('show')}
          </Button>
        </div>
      )}
    </div>
  );
}

interface AskToUnmuteProps {
  name: string;
  isOpen: boolean;
  onAnswer: (accepted: boolean) => void;
}

function AskToUnmute({ name, isOpen, onAnswer }: AskToUnmuteProps) {
  const { t } = useTranslation('moderation');
  return (
    <ModalOverlay className={cx(styles.overlay)} isOpen={isOpen} onOpenChange={(open) => !open && onAnswer(false)}>
      <Modal>
        <Dialog className={cx(styles.dialog)} role="alertdialog" data-testid="ask-to-unmute-dialog">
          <Heading slot="title">{t('askTitle', { name })}</Heading>
          <p>{t('askText')}</p>
          <div className={styles.answers}>
            <Button look="primary" data-testid="accept-unmute" onPress={() => onAnswer(true)}>
              {t('unmute')}
            </Button>
            <Button onPress={() => onAnswer(false)}>{t('stayMuted')}</Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
