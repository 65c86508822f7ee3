import type { MeshEvent } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { meetingName, timeOf } from '../lib/format.ts';
import styles from './operators.module.css';
import { useCauseWords } from './placement-words.ts';
import { useEvents } from './use-events.ts';

export interface EventListProps {
  /** Of meetings, by id. */
  titles: ReadonlyMap<string, string> | undefined;
  onMeeting: (id: string) => void;
}

/** What happened, the latest first. What happened to a meeting leads to it. */
export function EventList({ titles, onMeeting }: EventListProps) {
  const { t } = useTranslation('operators');
  const events = useEvents();
  const now = new Date();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached without a mouse (WCAG 2.1.1)
    <section className={styles.events} aria-label={t('events')} tabIndex={0}>
      <h2>{t('events')}</h2>
      {events.length === 0 && <p>{t('noEvents')}</p>}
      <ol>
        {events.map((event) => (
          <li key={event.id} data-testid="operators-event" data-kind={event.kind}>
            <time dateTime={event.at}>{timeOf(new Date(event.at), now)}</time>
            <EventText event={event} titles={titles} onMeeting={onMeeting} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function EventText({ event, titles, onMeeting }: { event: MeshEvent } & EventListProps) {
  const { t } = useTranslation('operators');
  const because = useCauseWords();
  const { kind, seamless, edgeId = '', parentEdgeId = '', epoch = 0, meetingId = '', cause } = event;
  const key = kind === 'link.lost' && seamless === true ? 'link.switched' : kind;
  const meeting = meetingName(titles, meetingId);
  const happened = t(`event.${key}`, { edge: edgeId, parent: parentEdgeId, epoch, meeting });
  const text = cause === undefined ? happened : `${happened}: ${because(cause)}`;
  if (meetingId === '') return <span>{text}</span>;
  return (
    <button type="button" title={meetingId} onClick={() => onMeeting(meetingId)} data-testid="operators-event-meeting">
      {text}
    </button>
  );
}
