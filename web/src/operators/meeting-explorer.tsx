import type { ListedMeeting, PresentParticipant } from '@canopy/client';
import { lazy, type RefObject, Suspense, useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../design/button.tsx';
import { ErrorNotice } from '../design/error-notice.tsx';
import { Select, Text } from '../design/field.tsx';
import { Icon } from '../design/icon.tsx';
import { useApi } from '../lib/api-context.ts';
import { meetingName } from '../lib/format.ts';
import { changeQuery, useQuery } from '../lib/router.ts';
import type { KnownMeetings } from '../lib/use-meetings.ts';
import { type Polled, usePolled } from '../lib/use-polled.ts';
import styles from './operators.module.css';
import { PlacementDialog } from './placement-dialog.tsx';
import { Table } from './table.tsx';

const PlanView = lazy(async () => ({ default: (await import('../plan/plan-view.tsx')).PlanView }));

const someId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface MeetingExplorerProps {
  ref: RefObject<HTMLElement | null>;
  meetings: Polled<KnownMeetings>;
  /** A title or an id, as it was typed. */
  sought: string;
  onSeek: (sought: string) => void;
}

/** One meeting: how it travels, who is in it, and why each of them is where they are. The newest that somebody is in can be chosen, and any be had by its id. The one that is looked at stands in the address (`?meeting=`). */
export function MeetingExplorer({ ref, meetings: { value, error }, sought, onSeek }: MeetingExplorerProps) {
  const { t } = useTranslation(['operators', 'common']);
  const chosen = useQuery('meeting');
  const [isLinked] = useState(chosen !== '');
  const loaded = value !== null;
  useEffect(() => {
    if (loaded && isLinked) ref.current?.scrollIntoView();
  }, [loaded, isLinked, ref]);
  const found = meetingsLike(value?.inhabited ?? [], sought);
  const shown = found.ids.length === 0 && wordOf(sought) !== '' ? undefined : chosen || found.ids[0];

  function seek(text: string): void {
    onSeek(text);
    const { ids } = meetingsLike(value?.inhabited ?? [], text);
    if (wordOf(text) !== '' && ids[0] !== undefined && !ids.includes(chosen))
      changeQuery({ meeting: ids[0], person: '' }, true);
  }

  return (
    <section ref={ref} className={styles.meetings} aria-label={t('meetings')}>
      <h2>{t('meetings')}</h2>
      <Text label={t('findMeeting')} value={sought} onChange={seek} testId="operators-find-meeting" />
      {error !== null && <ErrorNotice error={error} />}
      {loaded && shown === undefined && <p>{t(wordOf(sought) === '' ? 'noMeetings' : 'noSuchMeeting')}</p>}
      {shown !== undefined && (
        <>
          {found.meetings.length > 0 && (
            <Select
              label={t('meeting')}
              icon={<Icon name="route" size={18} />}
              value={shown}
              onChange={(event) => changeQuery({ meeting: event.target.value, person: '' })}
              data-testid="operators-meeting"
            >
              {!found.ids.includes(shown) && <option value={shown}>{meetingName(value?.titles, shown)}</option>}
              {found.meetings.map((meeting) => (
                <option key={meeting.id} value={meeting.id}>
                  {t('meetingChoice', { title: meeting.title || t('common:untitled'), count: peopleIn(meeting) })}
                </option>
              ))}
            </Select>
          )}
          <Suspense>
            <PlanView meetingId={shown} />
          </Suspense>
          <Participants key={shown} meetingId={shown} />
        </>
      )}
    </section>
  );
}

/** Those whose title has what was typed, and the ids of what may be meant: theirs, or else the one that was typed. */
function meetingsLike(inhabited: readonly ListedMeeting[], sought: string) {
  const word = wordOf(sought);
  const meetings = inhabited.filter(({ id, title }) => id === word || title.toLowerCase().includes(word));
  const ids = meetings.map(({ id }) => id);
  return { meetings, ids: ids.length === 0 && someId.test(word) ? [word] : ids };
}

function wordOf(sought: string): string {
  return sought.trim().toLowerCase();
}

function peopleIn({ edges }: ListedMeeting): number {
  return edges.reduce((sum, { participants }) => sum + participants, 0);
}

function Participants({ meetingId }: { meetingId: string }) {
  const { t } = useTranslation('operators');
  const [pages, setPages] = useState(1);
  const { value, error } = useParticipants(meetingId, pages);
  const [sought, setSought] = useState('');
  const asked = useQuery('person');
  if (value === null) return error !== null && <ErrorNotice error={error} />;
  const ask = (person: string) => changeQuery({ meeting: meetingId, person });
  const word = wordOf(sought);
  const people = value.people.filter(({ id, name }) => id === word || name.toLowerCase().includes(word));
  return (
    <>
      {error !== null && <ErrorNotice error={error} />}
      <Text label={t('findPerson')} value={sought} onChange={setSought} testId="operators-find-person" />
      {people.length === 0 && someId.test(word) && (
        <Button onPress={() => ask(word)} data-testid="operators-why-id">
          {t('whyHere', { name: word })}
        </Button>
      )}
      <Table title={t('participants')} columns={[t('name'), t('role'), t('edge'), t('connected'), t('action')]}>
        {people.map((person) => (
          <tr key={person.id} data-testid="operators-person">
            <th scope="row">{person.name}</th>
            <td>{t(`roles.${person.role}`)}</td>
            <td>{person.edge.id}</td>
            <td>{t(person.connected ? 'yes' : 'no')}</td>
            <td>
              <Button
                aria-label={t('whyHere', { name: person.name })}
                onPress={() => ask(person.id)}
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
      {asked !== '' && (
        <PlacementDialog
          meetingId={meetingId}
          person={value.people.find(({ id }) => id === asked) ?? { id: asked, name: asked }}
          onClose={() => ask('')}
        />
      )}
    </>
  );
}

/** Those who are listed, and so many pages of those who are counted. */
function useParticipants(meetingId: string, pages: number) {
  const api = useApi();
  return usePolled(
    useCallback(async () => {
      const { participants, attendeeCount } = await api.operators.participants(meetingId);
      const audience: PresentParticipant[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < pages && audience.length < attendeeCount; page++) {
        const { attendees, nextCursor } = await api.operators.attendees(meetingId, cursor);
        audience.push(...attendees);
        if (nextCursor === null) break;
        cursor = nextCursor;
      }
      return { people: [...participants, ...audience], more: Math.max(0, attendeeCount - audience.length) };
    }, [api, meetingId, pages]),
  );
}
