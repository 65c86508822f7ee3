import { type Meeting, type MeetingView, Role, TrackSource } from '@canopy/client';
import { Avatar } from '../design/avatar.tsx';
import { Icon } from '../design/icon.tsx';
import { SidePanel } from '../design/side-panel.tsx';
import { regionName, useRegions } from '../lib/config.tsx';
import { MeetingControls } from '../moderation/meeting-controls.tsx';
import { ParticipantMenu, type ParticipantMenuProps } from '../moderation/participant-menu.tsx';
import { HandQueue } from '../reactions/hand-queue.tsx';
import { AttendeeList } from './attendee-list.tsx';
import styles from './participants-panel.module.css';
import { StageButton } from './stage-button.tsx';

const roleNames: Partial<Record<Role, string>> = {
  [Role.HOST]: 'Host',
  [Role.COHOST]: 'Co-host',
  [Role.ATTENDEE]: 'Watching',
};

export interface ParticipantsPanelProps {
  meeting: Meeting;
  view: MeetingView;
  onClose: () => void;
  onError: (error: unknown) => void;
}

export function ParticipantsPanel({ meeting, view, onClose, onError }: ParticipantsPanelProps) {
  const people = [...view.participants.values()];
  const isWebinar = view.attendeeCount > 0;
  return (
    <SidePanel title="Participants" onClose={onClose}>
      <MeetingControls meeting={meeting} view={view} onError={onError} />
      <HandQueue meeting={meeting} view={view} />
      {isWebinar && <h3 className={styles.heading}>On stage ({people.length})</h3>}
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
  const regions = useRegions();
  const isSelf = person.id === view.self.participantId;
  const own = [...view.tracks.values()].filter(({ participantId }) => participantId === person.id);
  const heard = own.some(({ source, muted }) => source === TrackSource.MICROPHONE && !muted);
  const seen = own.some(({ source, muted }) => source === TrackSource.CAMERA && !muted);
  const facts = [roleNames[person.role], person.connected ? regionName(regions, person.region) : 'Reconnecting…'];
  return (
    <li className={styles.row}>
      <Avatar id={person.id} name={person.name} small />
      <div className={styles.who}>
        <span>
          {person.name}
          {isSelf && ' (you)'}
        </span>
        <span>{facts.filter(Boolean).join(' · ')}</span>
      </div>
      {person.role !== Role.ATTENDEE && (
        <span
          className={styles.state}
          role="img"
          aria-label={`Microphone ${heard ? 'on' : 'off'}, camera ${seen ? 'on' : 'off'}`}
        >
          <Icon name={heard ? 'microphone' : 'microphoneOff'} size={18} />
          <Icon name={seen ? 'camera' : 'cameraOff'} size={18} />
        </span>
      )}
      {!isSelf && <StageButton view={view} person={person} />}
      <ParticipantMenu meeting={meeting} view={view} person={person} onError={onError} />
    </li>
  );
}
