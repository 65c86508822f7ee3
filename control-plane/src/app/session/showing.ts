import type { ReportReception } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { type Bucket, fullBucket, take } from '../../core/limits/token-bucket.ts';
import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import type { Rooms } from '../events/rooms.ts';
import type { Connected } from './connected.ts';
import type { MeetingStateStore } from './meeting-state-store.ts';

/** Reports of one participant. */
const reportLimit = { ratePerSecond: 1 / 3, burst: 3 };
/** Where more are on stage their reports would be most of what everybody is told. */
const mostReporting = 100;

export interface ShowingDeps {
  access: Pick<Access, 'require'>;
  store: Pick<MeetingStateStore, 'describe'>;
  rooms: Pick<Rooms, 'changed'>;
  clock: Clock;
}

/** What everybody sees of somebody: how well the meeting reaches them, how their clock goes, and whether a host put them before all eyes. */
export class Showing {
  readonly #deps: ShowingDeps;
  readonly #buckets = new WeakMap<Connected, Bucket>();

  constructor(deps: ShowingDeps) {
    this.#deps = deps;
  }

  /** Errors: FORBIDDEN, PARTICIPANT_NOT_FOUND, STATE_UNAVAILABLE. */
  async spotlight({ principal, meeting }: Caller, participantId: string, on: boolean): Promise<void> {
    this.#deps.access.require(principal, { action: 'spotlight.change', meeting });
    this.#deps.rooms.changed(meeting.id, await this.#deps.store.describe(meeting.id, participantId, { spotlight: on }));
  }

  /** Errors: RATE_LIMITED, TRACK_NOT_FOUND (no such screen), STATE_UNAVAILABLE. */
  async report(connected: Connected, report: ReportReception): Promise<void> {
    const { room, session } = connected;
    const { participants, tracks } = room.state;
    const { networkQuality, seesTrackId, clockAheadMs } = report;
    if (session.role === 'attendee' || participants.length > mostReporting) return;
    this.#takeTurn(connected);
    if (seesTrackId !== '' && !tracks.some(({ id }) => id === seesTrackId)) throw new CanopyError('TRACK_NOT_FOUND');
    const description = { networkQuality, seesTrackId, ...(clockAheadMs !== undefined && { clockAheadMs }) };
    room.changed(await this.#deps.store.describe(session.meetingId, session.participantId, description));
  }

  #takeTurn(connected: Connected): void {
    const now = this.#deps.clock.now();
    const { bucket, taken } = take(this.#buckets.get(connected) ?? fullBucket(reportLimit, now), reportLimit, now);
    this.#buckets.set(connected, bucket);
    if (!taken) throw new CanopyError('RATE_LIMITED');
  }
}
