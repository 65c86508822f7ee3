import { type Meeting, type MeetingView, Role, TrackSource } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../design/avatar.tsx';
import { Icon } from '../design/icon.tsx';
import { SidePanel } from '../design/side-panel.tsx';
import { regionName, useRegions } from '../lib/config.tsx';
import { MeetingControls } from '../moderation/meeting-controls.tsx';
import { ParticipantMenu, type ParticipantMenuProps } from '../moderation/participant-menu.tsx';
import { HandQueue } from '../reactions/hand-queue.tsx';
import { AttendeeList } from './attendee-list.tsx';
import styles from './participants-panel.module.css';
import { inOrder } from './people-order.ts';
import { StageButton } from './stage-button.tsx';

const roleTexts = {
  [Role.HOST]: 'roleHost',
  [Role.COHOST]: 'roleCohost',
  [Role.ATTENDEE]: 'roleAttendee',
} as const;

function roleText(role: Role) {
  return role === Role.HOST || role === Role.COHOST || role === Role.ATTENDEE ? roleTexts[role] : undefined;
}

export interface ParticipantsPanelProps {
  meeting: Meeting;
  view: MeetingView;
  onClose: () => void;
  onError: (error: unknown) => void;
}

export function ParticipantsPanel({ meeting, view, onClose, onError }: ParticipantsPanelProps) {
  const { t } = useTranslation('meeting');
  const people = inOrder(view.participants.values(), view.self.participantId);
  const isWebinar = view.mode === 'webinar';
  return (
    <SidePanel title={t('participants')} onClose={onClose}>
      <MeetingControls meeting={meeting} view={view} onError={onError} />
      <HandQueue meeting={meeting} view={view} />
      {isWebinar && <h3 className={styles.heading}>{t('stageCount', { count: people.length })}</h3>}
      <ul data-testid="people">
        {people.map((person) => (
          <Row key={person.id} meeting={meeting} person={person} view={view} onError={onError} />
        ))}
      </ul>
      {isWebinar && <AttendeeList meeting={meeting} view={view} onError={onError} />}
    </SidePanel>
  );
}

function Row({ meeting, person, view, onError }: ParticipantMenuProps) {
  const { t } = useTranslation('meeting');
  const regions = useRegions();
  const isSelf = person.id === view.self.participantId;
  const own = [...view.tracks.values()].filter(({ participantId }) => participantId === person.id);
  const heard = own.some(({ source, muted }) => source === TrackSource.MICROPHONE && !muted);
  const seen = own.some(({ source, muted }) => source === TrackSource.CAMERA && !muted);
  const role = roleText(person.role);
  const place = person.connected ? regionName(regions, person.region) : t('personReconnecting');
  const facts = role === undefined ? [place] : [t(role), place];
  return (
    <li className={styles.row}>
      <Avatar id={person.id} name={person.name} small />
      <div className={styles.who}>
        <span>{isSelf ? t('you', { name: person.name }) : person.name}</span>
        <span>{facts.filter(Boolean).join(' · ')}</span>
      </div>
      {person.role !== Role.ATTENDEE && (
        <span className={styles.state} role="img" aria-label={t(`${heard ? 'on' : 'off'}${seen ? 'On' : 'Off'}`)}>
          <Icon name={heard ? 'microphone' : 'microphoneOff'} size={18} />
          <Icon name={seen ? 'camera' : 'cameraOff'} size={18} />
        </span>
      )}
      {!isSelf && <StageButton meeting={meeting} view={view} person={person} />}
      <ParticipantMenu meeting={meeting} view={view} person={person} onError={onError} />
    </li>
  );
}
