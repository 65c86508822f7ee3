import { type Meeting, type MeetingView, Role } from '@canopy/client';
import { useState } from 'react';
import { ToggleButton } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { BreakoutsToggle } from '../breakouts/breakouts-toggle.tsx';
import { Hint } from '../design/hint.tsx';
import { Icon, type IconName } from '../design/icon.tsx';
import { OneLine } from '../design/one-line.tsx';
import { UnreadBadge } from '../design/unread-badge.tsx';
import type { DeviceStore } from '../devices/device-store.ts';
import { EncryptionSign } from '../encryption/encryption-sign.tsx';
import { regionName, useConfig, useRegions } from '../lib/config.tsx';
import { cx } from '../lib/cx.ts';
import { Capacity, LockSign } from '../moderation/door-signs.tsx';
import { LiveSign } from '../moderation/live-sign.tsx';
import { PollsToggle } from '../polls/polls-toggle.tsx';
import { QuestionsToggle } from '../questions/questions-toggle.tsx';
import { HandBadge } from '../reactions/hand-badge.tsx';
import { useOwnHand } from '../reactions/use-hands.ts';
import { RecordingSign } from '../recording/recording-sign.tsx';
import { SettingsDialog } from '../settings/settings-dialog.tsx';
import { useViewShortcuts } from '../settings/use-view-shortcuts.ts';
import { ViewControls } from '../settings/view-controls.tsx';
import { MoreMenu } from './more-menu.tsx';
import type { Panel } from './panel.tsx';
import styles from './room-header.module.css';

export interface RoomHeaderProps {
  meeting: Meeting;
  view: MeetingView;
  panel: Panel | null;
  /** Messages that wait to be read. */
  unread: number;
  camera: DeviceStore;
  microphone: DeviceStore;
  onPanel: (panel: Panel | null) => void;
  onError: (error: unknown) => void;
}

/** What the meeting is called, what is to be known of it, and what can be opened beside the stage. */
export function RoomHeader({ meeting, view, panel, unread, camera, microphone, onPanel, onError }: RoomHeaderProps) {
  const config = useConfig();
  const { t } = useTranslation(['meeting', 'quality', 'chat', 'common']);
  const regions = useRegions();
  const [setting, setSetting] = useState<'all' | 'shortcuts' | null>(null);
  const onStage = view.self.role !== Role.ATTENDEE;
  const title = view.title || t('common:meeting');
  const openSettings = () => setSetting('all');
  const hand = useOwnHand(meeting, view, onError);
  useViewShortcuts({
    camera,
    microphone,
    onStage,
    onHand: hand.toggle,
    onChat: () => onPanel(panel === 'chat' ? null : 'chat'),
    onHelp: () => setSetting('shortcuts'),
  });
  const seldom: { panel: Panel; name: string; icon: IconName }[] = [
    { panel: 'statistics', name: t('quality:title'), icon: 'signal' },
    ...(config.status === 'ready' && config.value.openAccess
      ? [{ panel: 'plan', name: t('travels'), icon: 'route' } as const]
      : []),
  ];
  const toggle = (which: Panel) => ({
    className: cx(styles.toggle),
    isSelected: panel === which,
    onChange: (selected: boolean) => onPanel(selected ? which : null),
  });
  return (
    <header className={styles.header}>
      <div className={styles.title}>
        <h1>
          <OneLine text={title} />
          <LockSign meeting={meeting} />
        </h1>
        {view.self.edge !== undefined && (
          <p>{t('connectedIn', { region: regionName(regions, view.self.edge.region) })}</p>
        )}
      </div>
      <LiveSign meeting={meeting} view={view} />
      <EncryptionSign meeting={meeting} />
      <RecordingSign meeting={meeting} />
      <div className={styles.toggles}>
        <div className={styles.narrow}>
          <MoreMenu panels={seldom} onPanel={onPanel} onSettings={openSettings} />
        </div>
        <div className={styles.wide}>
          <ViewControls onSettings={openSettings} />
          {seldom.map(({ panel: which, name, icon }) => (
            <Hint key={which} text={name}>
              <ToggleButton {...toggle(which)} aria-label={name} data-testid={`toggle-${which}`}>
                <Icon name={icon} size={18} />
              </ToggleButton>
            </Hint>
          ))}
        </div>
        <Hint text={t('chat:toggle')}>
          <ToggleButton {...toggle('chat')} data-testid="toggle-chat">
            <Icon name="chat" size={18} />
            <span className="visually-hidden">{t('chat:toggle')}</span>
            <UnreadBadge count={unread} label={t('chat:unread', { count: unread })} testId="unread" />
          </ToggleButton>
        </Hint>
        <QuestionsToggle {...toggle('questions')} meeting={meeting} />
        <PollsToggle {...toggle('polls')} meeting={meeting} view={view} />
        <BreakoutsToggle {...toggle('breakouts')} meeting={meeting} view={view} />
        <Hint text={t('participants')}>
          <ToggleButton {...toggle('people')}>
            <Icon name="people" size={18} />
            <span className="visually-hidden">{t('participantsCount')}</span>
            <span data-testid="participant-count">{view.participants.size + view.attendeeCount}</span>
            <Capacity meeting={meeting} />
            <HandBadge meeting={meeting} view={view} />
          </ToggleButton>
        </Hint>
      </div>
      {setting !== null && (
        <SettingsDialog
          devices={onStage ? { camera, microphone } : null}
          toShortcuts={setting === 'shortcuts'}
          onClose={() => setSetting(null)}
        />
      )}
    </header>
  );
}
