import { type Meeting, type MeetingView, Role } from '@canopy/client';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../design/avatar.tsx';
import { Button } from '../design/button.tsx';
import { regionName, useRegions } from '../lib/config.tsx';
import { humanError } from '../lib/error-texts.ts';
import { ParticipantMenu, type ParticipantMenuProps } from '../moderation/participant-menu.tsx';
import styles from './participants-panel.module.css';
import { StageButton } from './stage-button.tsx';

export interface AttendeeListProps {
  meeting: Meeting;
  view: MeetingView;
  onError: (error: unknown) => void;
}

/** Who watches a webinar: for those on stage by name, a page at a time; for the audience itself only how many. */
export function AttendeeList({ meeting, view, onError }: AttendeeListProps) {
  const { t } = useTranslation('meeting');
  const { attendeeCount, attendees, moreAttendees, self } = view;
  const { busy, failure, load } = useLoading(meeting);
  const noneKnown = attendees.size === 0;

  useEffect(() => {
    if (noneKnown && moreAttendees) load();
  }, [noneKnown, moreAttendees, load]);

  if (self.role === Role.ATTENDEE) {
    return (
      <p className={styles.audience} data-testid="audience">
        {t('othersWatch', { count: attendeeCount - 1 })}
      </p>
    );
  }
  return (
    <>
      <h3 className={styles.heading} data-testid="audience">
        {t('watching', { count: attendeeCount })}
      </h3>
      <ul data-testid="attendees">
        {[...attendees.values()].map((person) => (
          <Row key={person.id} meeting={meeting} person={person} view={view} onError={onError} />
        ))}
      </ul>
      {failure !== null && <p className={styles.audience}>{failure}</p>}
      {moreAttendees && (
        <Button wide isDisabled={busy} onPress={load} data-testid="more-attendees">
          {busy ? t('loading') : t('showMore', { count: attendeeCount - attendees.size })}
        </Button>
      )}
    </>
  );
}

function Row({ meeting, person, view, onError }: ParticipantMenuProps) {
  const { t } = useTranslation('meeting');
  const regions = useRegions();
  return (
    <li className={styles.row}>
      <Avatar id={person.id} name={person.name} small />
      <div className={styles.who}>
        <span>{person.name}</span>
        <span>{person.connected ? regionName(regions, person.region) : t('personReconnecting')}</span>
      </div>
      <StageButton meeting={meeting} view={view} person={person} />
      <ParticipantMenu meeting={meeting} view={view} person={person} onError={onError} />
    </li>
  );
}

function useLoading(meeting: Meeting) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const load = useCallback(() => {
    setBusy(true);
    meeting
      .loadAttendees()
      .then(
        () => setFailure(null),
        (error: unknown) => setFailure(humanError(error).title),
      )
      .finally(() => setBusy(false));
  }, [meeting]);
  return { busy, failure, load };
}
