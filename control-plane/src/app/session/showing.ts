import { isToldOfEach } from '@canopy/proto/reception';
import type { ReportReception } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { type Bucket, fullBucket, take } from '@canopy/runtime/token-bucket';
import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import type { Rooms } from '../events/rooms.ts';
import type { Connected } from './connected.ts';
import type { Description, MeetingStateStore } from './meeting-state-store.ts';

/** Reports of one participant. */
const reportLimit = { ratePerSecond: 1 / 3, burst: 3 };
/** In a large meeting a clock that goes otherwise by less, in ms, is no news. */
const leastClockChangeMs = 50;

export interface ShowingDeps {
  access: Pick<Access, 'require'>;
  store: Pick<MeetingStateStore, 'describe' | 'participant'>;
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
    // A meeting that nobody came to has no state.
    if ((await this.#deps.store.participant(meeting.id, participantId)) === undefined)
      throw new CanopyError('PARTICIPANT_NOT_FOUND');
    const spotlightBy = on && principal.kind === 'participant' ? principal.participantId : '';
    const description = { spotlight: on, spotlightBy };
    this.#deps.rooms.changed(meeting.id, await this.#deps.store.describe(meeting.id, participantId, description));
  }

  /** Everybody is told of it or, where that would be too much, the room counts it. Errors: RATE_LIMITED, TRACK_NOT_FOUND (no such screen), STATE_UNAVAILABLE. */
  async report(connected: Connected, report: ReportReception): Promise<void> {
    const { room, session } = connected;
    const { seesTrackId, clockAheadMs } = report;
    this.#takeTurn(connected);
    if (seesTrackId !== '' && !room.state.tracks.some(({ id }) => id === seesTrackId))
      throw new CanopyError('TRACK_NOT_FOUND');
    session.reception = report;
    const description = toldOf(connected, report);
    if (description === undefined) return;
    room.changed(await this.#deps.store.describe(session.meetingId, session.participantId, description));
    if (clockAheadMs !== undefined) session.toldClockAheadMs = clockAheadMs;
  }

  #takeTurn(connected: Connected): void {
    const now = this.#deps.clock.now();
    const { bucket, taken } = take(this.#buckets.get(connected) ?? fullBucket(reportLimit, now), reportLimit, now);
    this.#buckets.set(connected, bucket);
    if (!taken) throw new CanopyError('RATE_LIMITED');
  }
}

/** What everybody is told of somebody who reports this. Of a large meeting only how the clocks go of who publishes, so that others know how old their media is. */
function toldOf({ room: { state }, session }: Connected, report: ReportReception): Description | undefined {
  if (session.role === 'attendee') return undefined;
  const { networkQuality, seesTrackId, clockAheadMs } = report;
  const clock = clockAheadMs === undefined ? undefined : { clockAheadMs };
  if (isToldOfEach(state.participants.length)) return { networkQuality, seesTrackId, ...clock };
  const { toldClockAheadMs = Number.POSITIVE_INFINITY, participantId } = session;
  if (clock === undefined || Math.abs(clock.clockAheadMs - toldClockAheadMs) < leastClockChangeMs) return undefined;
  return state.tracks.some((track) => track.participantId === participantId) ? clock : undefined;
}
