import { CanopyError } from '@canopy/runtime/errors';
import type { Meeting } from '../../core/meeting/meeting.ts';
import { edgesOf } from '../../core/routing/meeting-plan.ts';
import type { Rooms } from '../events/rooms.ts';
import type { Closing } from '../session/closing.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import type { MeetingRecords } from './ports.ts';

export interface EndingDeps {
  records: Pick<MeetingRecords, 'end'>;
  store: Pick<MeetingStateStore, 'usage' | 'end'>;
  closing: Pick<Closing, 'meeting'>;
  rooms: Rooms;
}

/** Ends meetings: for everybody in them, and on the edges they used. */
export class Ending {
  readonly #deps: EndingDeps;

  constructor(deps: EndingDeps) {
    this.#deps = deps;
  }

  /** Ending twice is ending once. Errors: MEETING_NOT_FOUND, STATE_UNAVAILABLE. */
  async end(meetingId: string): Promise<Meeting> {
    const ended = await this.#deps.records.end(meetingId);
    if (ended === undefined) throw new CanopyError('MEETING_NOT_FOUND');
    const { plan } = await this.#deps.store.usage(meetingId);
    const change = await this.#deps.store.end(meetingId);
    this.#deps.rooms.changed(meetingId, change);
    const edgeIds = new Set([...change.edgeIds, ...(plan === undefined ? [] : edgesOf(plan))]);
    await Promise.all([...edgeIds].map((edgeId) => this.#deps.closing.meeting(edgeId, meetingId)));
    return ended;
  }
}
