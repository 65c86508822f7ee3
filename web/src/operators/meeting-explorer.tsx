import type { ListedMeeting, PresentParticipant } from '@canopy/client';
import { lazy, type RefObject, Suspense, useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Select, Text } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import { useApi } from '../lib/api-context.ts';
import type { KnownMeetings } from '../lib/use-meetings.ts';
import { type Polled, usePolled } from '../lib/use-polled.ts';
import styles from './operators.module.css';
import { type Asked, PlacementDialog } from './placement-dialog.tsx';
import { Table } from './table.tsx';

const PlanView = lazy(async () => ({ default: (await import('../plan/plan-view.tsx')).PlanView }));

const someId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface MeetingExplorerProps {
  ref: RefObject<HTMLElement | null>;
  meetings: Polled<KnownMeetings>;
  /** A title or an id, as it was typed; also from the link that leads here (`?meeting=`). */
  sought: string;
  onSeek: (sought: string) => void;
}

/** One meeting: how it travels, who is in it, and why each of them is where they are. The newest that somebody is in can be chosen, and any be had by its id. */
export function MeetingExplorer({ ref, meetings: { value, error }, sought, onSeek }: MeetingExplorerProps) {
  const { t } = useTranslation('operators');
  const [chosen, setChosen] = useState<string | null>(null);
  const [isLinked] = useState(sought !== '');
  const loaded = value !== null;
  useEffect(() => {
    if (loaded && isLinked) ref.current?.scrollIntoView();
  }, [loaded, isLinked, ref]);
  const word = sought.trim().toLowerCase();
  const meetings = value?.inhabited.filter(({ id, title }) => id === word || title.toLowerCase().includes(word)) ?? [];
  const named = someId.test(word) ? { id: word } : undefined;
  const shown = meetings.find(({ id }) => id === chosen) ?? meetings[0] ?? named;
  return (
    <section ref={ref} className={styles.meetings} aria-label={t('meetings')}>
      <h2>{t('meetings')}</h2>
      <Text label={t('findMeeting')} value={sought} onChange={onSeek} testId="operators-find-meeting" />
      {error !== null && <ErrorNotice error={error} />}
      {loaded && shown === undefined && <p>{t(word === '' ? 'noMeetings' : 'noSuchMeeting')}</p>}
      {shown !== undefined && (
        <>
          {meetings.length > 0 && (
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
          )}
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
  const [pages, setPages] = useState(1);
  const { value, error } = useParticipants(meetingId, pages);
  const [sought, setSought] = useState('');
  const [asked, setAsked] = useState<Asked | null>(null);
  if (value === null) return error !== null && <ErrorNotice error={error} />;
  const word = sought.trim().toLowerCase();
  const people = value.people.filter(({ id, name }) => id === word || name.toLowerCase().includes(word));
  return (
    <>
      {error !== null && <ErrorNotice error={error} />}
      <Text label={t('findPerson')} value={sought} onChange={setSought} testId="operators-find-person" />
      {people.length === 0 && someId.test(word) && (
        <Button onPress={() => setAsked({ id: word, name: word })} data-testid="operators-why-id">
          {t('whyHere', { name: word })}
        </Button>
      )}
      <Table title={t('participants')} columns={[t('name'), t('role'), t('edge'), t('action')]}>
        {people.map((person) => (
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
      {value.more > 0 && (
        <Button onPress={() => setPages(pages + 1)}>{t('moreAttendees', { count: value.more })}</Button>
      )}
      {asked !== null && <PlacementDialog meetingId={meetingId} person={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

/** The stage, and so many pages of the audience. */
function useParticipants(meetingId: string, pages: number) {
  const api = useApi();
  return usePolled(
    useCallback(async () => {
      const { participants, attendeeCount } = await api.operators.participants(meetingId);
      const audience: PresentParticipant[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < pages && audience.length < attendeeCount; page++) {
        const { attendees, nextCursor } = await api.operators.attendees(meetingId, cursor);
        audience.push(...attendees.map((attendee): PresentParticipant => ({ ...attendee, role: 'attendee' })));
        if (nextCursor === null) break;
        cursor = nextCursor;
      }
      return { people: [...participants, ...audience], more: Math.max(0, attendeeCount - audience.length) };
    }, [api, meetingId, pages]),
  );
}
