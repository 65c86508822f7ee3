import { type Meeting, type MeetingView, type Participant, Role } from '@canopy/client';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../design/avatar.tsx';
import { Button } from '../design/button.tsx';
import { regionName, useRegions } from '../lib/config.tsx';
import { ParticipantMenu, type ParticipantMenuProps } from '../moderation/participant-menu.tsx';
import { RenameDialog } from '../moderation/rename-dialog.tsx';
import { useModeration } from '../moderation/use-moderation.ts';
import styles from './participants-panel.module.css';
import { PeopleList } from './people-list.tsx';
import { StageButton } from './stage-button.tsx';
import { useAttendeePages } from './use-attendee-pages.ts';

export interface AttendeeListProps {
  meeting: Meeting;
  view: MeetingView;
  /** Those of them who are known here and to be shown. */
  found: readonly Participant[];
  /** They are shown because of their names. */
  searching: boolean;
  onMessage: (person: Participant) => void;
  onError: (error: unknown) => void;
}

/** Who is counted and not listed. Of a meeting's crowd everybody learns the names, a page at a time; of a webinar's audience those on stage, and the audience itself only how many. */
export function AttendeeList({ found, searching, ...of }: AttendeeListProps) {
  const { meeting, view } = of;
  const { t } = useTranslation('meeting');
  const { attendees, moreAttendees } = view;
  const { backstage } = useModeration(meeting).rules;
  const { busy, failure, load } = useAttendeePages(meeting, view);

  const isWebinar = view.mode === 'webinar';
  const isCounted = !view.participants.has(view.self.participantId);
  const count = view.attendeeCount - (isCounted ? 1 : 0);
  const own = isCounted && view.self.name !== '' && <OwnName meeting={meeting} view={view} />;

  if (isWebinar && view.self.role === Role.ATTENDEE) {
    return (
      <>
        <p className={styles.audience} data-testid="audience">
          {t('othersWatch', { count })}
        </p>
        {own}
      </>
    );
  }
  const heading = isWebinar ? (backstage && count === 0 ? 'audienceWaits' : 'watching') : 'others';
  return (
    <>
      {own}
      {(isWebinar || count > 0) && (
        <h3 className={styles.heading} data-testid="audience">
          {t(heading, { count })}
        </h3>
      )}
      <PeopleList people={found} label={t(isWebinar ? 'audiencePages' : 'othersPages')} testId="attendees">
        {(person) => <Row key={person.id} {...of} person={person} />}
      </PeopleList>
      {failure !== null && <p className={styles.audience}>{failure}</p>}
      {moreAttendees && (
        <Button wide unavailable={busy} onPress={load} data-testid="more-attendees">
          {busy
            ? t('loading')
            : t(searching ? 'searchMore' : 'showMore', { count: view.attendeeCount - attendees.size })}
        </Button>
      )}
    </>
  );
}

/** Those of them who are known here, but for oneself. */
export function othersCounted({ attendees, self }: MeetingView): Participant[] {
  return [...attendees.values()].filter(({ id }) => id !== self.participantId);
}

/** By what name somebody who is in no list writes and asks; it can be another one. */
function OwnName({ meeting, view: { self } }: Pick<AttendeeListProps, 'meeting' | 'view'>) {
  const { t } = useTranslation(['meeting', 'moderation']);
  const [renames, setRenames] = useState(false);
  return (
    <div className={styles.row} data-testid="own-name">
      <Avatar name={self.name} small />
      <div className={styles.who}>
        <span>{t('you', { name: self.name })}</span>
        <span>{t('nameIsSeen')}</span>
      </div>
      <Button data-testid="rename" onPress={() => setRenames(true)}>
        {t('moderation:rename')}
      </Button>
      {renames && (
        <RenameDialog
          meeting={meeting}
          person={{ id: self.participantId, name: self.name }}
          onClose={() => setRenames(false)}
        />
      )}
    </div>
  );
}

function Row(of: ParticipantMenuProps) {
  const { meeting, view, person } = of;
  const { t } = useTranslation('meeting');
  const regions = useRegions();
  return (
    <li className={styles.row}>
      <Avatar name={person.name} small />
      <div className={styles.who}>
        <span>{person.name}</span>
        <span>{person.connected ? regionName(regions, person.region) : t('personReconnecting')}</span>
      </div>
      <StageButton meeting={meeting} view={view} person={person} />
      <ParticipantMenu {...of} />
    </li>
  );
}
