import type { AttendeePage, MeetingEvent } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import type { SignalConnection } from '../signal/signal-connection.ts';

/**
 * Asks for the page of those who are counted that begins at `cursor`. `adopt` gets it as soon as it is there, with the events
 * `since` it was asked for, of which it may know some: what `withAttendees` needs. Rejects with FORBIDDEN for attendees of a webinar.
 */
export async function loadAttendees(
  connection: Pick<SignalConnection, 'events' | 'request'>,
  cursor: string,
  adopt: (page: AttendeePage, since: readonly MeetingEvent[]) => void,
): Promise<void> {
  const since: MeetingEvent[] = [];
  const stop = connection.events.on('pushed', (push) => {
    if ('event' in push) since.push(push.event);
  });
  try {
    const { attendeePage } = await connection.request({ listAttendees: { cursor, limit: 0 } });
    if (attendeePage === undefined) throw new CanopyError('MALFORMED_MESSAGE');
    adopt(attendeePage, since);
  } finally {
    stop();
  }
}
