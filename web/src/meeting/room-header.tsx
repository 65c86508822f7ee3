import type { Meeting, MeetingView } from '@canopy/client';
import type { ReactNode } from 'react';
import { ToggleButton } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { BreakoutsToggle } from '../breakouts/breakouts-toggle.tsx';
import { Hint } from '../design/hint.tsx';
import { Icon } from '../design/icon.tsx';
import { UnreadBadge } from '../design/unread-badge.tsx';
import { EncryptionSign } from '../encryption/encryption-sign.tsx';
import { regionName, useConfig, useRegions } from '../lib/config.tsx';
import { cx } from '../lib/cx.ts';
import { Capacity, LockSign } from '../moderation/door-signs.tsx';
import { PollsToggle } from '../polls/polls-toggle.tsx';
import { QuestionsToggle } from '../questions/questions-toggle.tsx';
import { RecordingSign } from '../recording/recording-sign.tsx';
import styles from './room-header.module.css';

/** What stands beside the stage. */
export type Panel = 'people' | 'plan' | 'chat' | 'questions' | 'polls' | 'breakouts' | 'statistics';

export interface RoomHeaderProps {
  meeting: Meeting;
  view: MeetingView;
  panel: Panel | null;
  /** Messages that wait to be read. */
  unread: number;
  onPanel: (panel: Panel | null) => void;
  children?: ReactNode;
}

export function RoomHeader({ meeting, view, panel, unread, onPanel, children }: RoomHeaderProps) {
  const config = useConfig();
  const { t } = useTranslation(['meeting', 'quality', 'chat']);
  const regions = useRegions();
  const toggle = (which: Panel) => ({
    className: cx(styles.toggle),
    isSelected: panel === which,
    onChange: (selected: boolean) => onPanel(selected ? which : null),
  });
  return (
    <header className={styles.header}>
      <div className={styles.title}>
        <h1>
          {view.title || t('meeting')} <LockSign meeting={meeting} />
        </h1>
        {view.self.edge !== undefined && (
          <p>{t('connectedIn', { region: regionName(regions, view.self.edge.region) })}</p>
        )}
      </div>
      <EncryptionSign meeting={meeting} />
      <RecordingSign meeting={meeting} view={view} />
      <div className={styles.toggles}>
        {children}
        <Hint text={t('quality:title')}>
          <ToggleButton {...toggle('statistics')} aria-label={t('quality:title')} data-testid="toggle-statistics">
            <Icon name="signal" size={18} />
          </ToggleButton>
        </Hint>
        {config.status === 'ready' && config.value.openAccess && (
          <Hint text={t('travels')}>
            <ToggleButton {...toggle('plan')} aria-label={t('travels')} data-testid="toggle-plan">
              <Icon name="route" size={18} />
            </ToggleButton>
          </Hint>
        )}
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
          </ToggleButton>
        </Hint>
      </div>
    </header>
  );
}
