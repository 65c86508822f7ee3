import { CanopyError } from '@canopy/runtime/errors';
import type { Meeting } from '../../core/meeting/meeting.ts';
import { edgesOf } from '../../core/routing/meeting-plan.ts';
import type { Rooms } from '../events/rooms.ts';
import { LaterTries, type LaterTriesDeps } from '../later-tries.ts';
import type { Closing } from '../session/closing.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import type { MeetingRecords } from './ports.ts';

export interface EndingDeps extends LaterTriesDeps {
  records: Pick<MeetingRecords, 'end'>;
  store: Pick<MeetingStateStore, 'usage' | 'end'>;
  closing: Pick<Closing, 'meeting'>;
  rooms: Pick<Rooms, 'changed'>;
}

const loss = 'a meeting that ended may still have people in it';

/** Ends meetings: for everybody in them, and on the edges they used. */
export class Ending {
  readonly #deps: EndingDeps;
  readonly #later: LaterTries;

  constructor(deps: EndingDeps) {
    this.#deps = deps;
    this.#later = new LaterTries(deps);
  }

  /** Ending twice is ending once. What failed goes on in the background, as the meeting counts as ended. Errors: MEETING_NOT_FOUND, STATE_UNAVAILABLE. */
  async end(meetingId: string): Promise<Meeting> {
    const ended = await this.#deps.records.end(meetingId);
    if (ended === undefined) throw new CanopyError('MEETING_NOT_FOUND');
    const edgeIds = new Set<string>();
    try {
      await this.#close(meetingId, edgeIds);
    } catch (error) {
      void this.#later.again(meetingId, () => this.#close(meetingId, edgeIds), loss);
      throw error;
    }
    return ended;
  }

  /** `edgeIds`: those it is on, as far as an attempt before knew. The state may have ended though its answer never came, and names none any more. */
  async #close(meetingId: string, edgeIds: Set<string>): Promise<void> {
    const { plan, usage } = await this.#deps.store.usage(meetingId);
    const used = [...usage.participants.keys(), ...(plan === undefined ? [] : edgesOf(plan))];
    for (const edgeId of used) edgeIds.add(edgeId);
    const change = await this.#deps.store.end(meetingId);
    this.#deps.rooms.changed(meetingId, change);
    for (const edgeId of change.edgeIds) edgeIds.add(edgeId);
    await Promise.all([...edgeIds].map((edgeId) => this.#deps.closing.meeting(edgeId, meetingId)));
  }
}
