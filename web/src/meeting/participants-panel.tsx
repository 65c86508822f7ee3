import { type Meeting, type MeetingView, type Participant, Role, TrackSource } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../design/avatar.tsx';
import { Icon } from '../design/icon.tsx';
import { SidePanel } from '../design/side-panel.tsx';
import { regionName, useRegions } from '../lib/config.tsx';
import { MeetingControls } from '../moderation/meeting-controls.tsx';
import { ParticipantMenu, type ParticipantMenuProps } from '../moderation/participant-menu.tsx';
import { HandQueue } from '../reactions/hand-queue.tsx';
import { AttendeeList, othersCounted } from './attendee-list.tsx';
import styles from './participants-panel.module.css';
import { PeopleList } from './people-list.tsx';
import { inOrder, named } from './people-order.ts';
import { PersonSearch } from './person-search.tsx';
import { StageButton } from './stage-button.tsx';

const roleTexts = {
  [Role.HOST]: 'roleHost',
  [Role.COHOST]: 'roleCohost',
  [Role.ATTENDEE]: 'roleAttendee',
} as const;

function roleText(role: Role) {
  return role === Role.HOST || role === Role.COHOST || role === Role.ATTENDEE ? roleTexts[role] : undefined;
}

/** Fewer are looked through at a glance. */
const fewestSearched = 8;

export interface ParticipantsPanelProps {
  meeting: Meeting;
  view: MeetingView;
  onClose: () => void;
  /** Somebody is to be written to. */
  onMessage: (person: Participant) => void;
  onError: (error: unknown) => void;
}

/** Who is there, to be looked through and found by name. */
export function ParticipantsPanel({ onClose, ...of }: ParticipantsPanelProps) {
  const { meeting, view, onError } = of;
  const { t } = useTranslation('meeting');
  const [typed, setTyped] = useState('');
  const people = inOrder(view.participants.values(), view.self.participantId);
  const found = named(people, typed);
  const audience = named(othersCounted(view), typed);
  const isWebinar = view.mode === 'webinar';
  return (
    <SidePanel title={t('participants')} onClose={onClose}>
      <MeetingControls meeting={meeting} view={view} onError={onError} />
      <HandQueue meeting={meeting} view={view} />
      {(typed !== '' || people.length + view.attendeeCount >= fewestSearched) && (
        <PersonSearch typed={typed} onType={setTyped} nobody={found.length + audience.length === 0} />
      )}
      {isWebinar && <h3 className={styles.heading}>{t('stageCount', { count: people.length })}</h3>}
      <PeopleList people={found} label={t('peoplePages')} testId="people">
        {(person) => <Row key={person.id} {...of} person={person} />}
      </PeopleList>
      {(isWebinar || view.attendeeCount > 0) && <AttendeeList {...of} found={audience} searching={typed !== ''} />}
    </SidePanel>
  );
}

function Row(of: ParticipantMenuProps) {
  const { meeting, view, person } = of;
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
      <Avatar name={person.name} small />
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
      <ParticipantMenu {...of} />
    </li>
  );
}
