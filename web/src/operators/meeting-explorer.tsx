import type { ListedMeeting, PresentParticipant } from '@canopy/client';
import { lazy, Suspense, useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { Select } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import { useApi } from '../lib/api-context.ts';
import { usePolled } from '../lib/use-polled.ts';
import styles from './operators.module.css';
import { PlacementDialog } from './placement-dialog.tsx';
import { Table } from './table.tsx';

const PlanView = lazy(async () => ({ default: (await import('../plan/plan-view.tsx')).PlanView }));

/** One meeting: how it travels, who is in it, and why each of them is where they are. */
export function MeetingExplorer() {
  const { t } = useTranslation('operators');
  const api = useApi();
  const { value: meetings } = usePolled(useCallback(async () => (await api.listMeetings()).meetings, [api]));
  const [chosen, setChosen] = useState<string | null>(null);
  const shown = meetings?.find(({ id }) => id === chosen) ?? meetings?.[0];
  return (
    <section className={styles.meetings} aria-label={t('meetings')}>
      <h2>{t('meetings')}</h2>
      {shown === undefined && <p>{t('noMeetings')}</p>}
      {meetings !== null && shown !== undefined && (
        <>
          <Select
            label={t('meeting')}
            icon={<Icon name="route" size={18} />}
            value={shown.id}
            onChange={(event) => setChosen(event.target.value)}
            data-testid="operators-meeting"
          >
            {meetings.map((meeting) => (
              <option key={meeting.id} value={meeting.id}>
                {t('meetingChoice', { title: meeting.title || t('untitled'), count: peopleIn(meeting) })}
              </option>
            ))}
          </Select>
          <Suspense>
            <PlanView meetingId={shown.id} />
          </Suspense>
          <Participants key={shown.id} meetingId={shown.id} />
        </>
      )}
    </section>
  );
}

function peopleIn({ edges }: ListedMeeting): number {
  return edges.reduce((sum, { participants }) => sum + participants, 0);
}

function Participants({ meetingId }: { meetingId: string }) {
  const { t } = useTranslation('operators');
  const { value } = useParticipants(meetingId);
  const [asked, setAsked] = useState<Omit<PresentParticipant, 'role'> | null>(null);
  if (value === null) return null;
  return (
    <>
      <Table title={t('participants')} columns={[t('name'), t('role'), t('edge'), t('action')]}>
        {value.people.map((person) => (
          <tr key={person.id} data-testid="operators-person">
            <th scope="row">{person.name}</th>
            <td>{t(`roles.${person.role}`)}</td>
            <td>{person.edge.id}</td>
            <td>
              <Button
                aria-label={t('whyHere', { name: person.name })}
                onPress={() => setAsked(person)}
                data-testid="operators-why"
              >
                {t('why')}
              </Button>
            </td>
          </tr>
        ))}
      </Table>
      {value.more > 0 && <p>{t('moreAttendees', { count: value.more })}</p>}
      {asked !== null && <PlacementDialog meetingId={meetingId} person={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

/** The stage, and the first page of the audience. */
function useParticipants(meetingId: string) {
  const api = useApi();
  return usePolled(
    useCallback(async () => {
      const { participants, attendeeCount } = await api.operators.participants(meetingId);
      if (attendeeCount === 0) return { people: participants, more: 0 };
      const { attendees } = await api.operators.attendees(meetingId);
      const audience = attendees.map((attendee): PresentParticipant => ({ ...attendee, role: 'attendee' }));
      return { people: [...participants, ...audience], more: Math.max(0, attendeeCount - audience.length) };
    }, [api, meetingId]),
  );
}
