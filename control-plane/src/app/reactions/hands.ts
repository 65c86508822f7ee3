import { CanopyError } from '@canopy/runtime/errors';
import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import type { Limiter } from '../access/ports.ts';
import type { Rooms } from '../events/rooms.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';

export interface HandsDeps {
  access: Pick<Access, 'require'>;
  store: Pick<MeetingStateStore, 'raiseHand' | 'lowerHand' | 'participant'>;
  rooms: Pick<Rooms, 'changed'>;
  limit: Limiter;
}

/** The queue of those who want to speak. */
export class Hands {
  readonly #deps: HandsDeps;

  constructor(deps: HandsDeps) {
    this.#deps = deps;
  }

  /** One's own. Raised already, it keeps its place. Errors: FORBIDDEN (no participant), RATE_LIMITED, PARTICIPANT_NOT_FOUND, STATE_UNAVAILABLE. */
  async raise({ principal, meeting }: Caller): Promise<void> {
    this.#deps.access.require(principal, { action: 'hand.raise', meeting });
    if (principal.kind !== 'participant') throw new CanopyError('FORBIDDEN');
    const { meetingId, participantId } = principal;
    await this.#deps.limit(`${meetingId}:${participantId}`);
    this.#deps.rooms.changed(meetingId, await this.#deps.store.raiseHand(meetingId, participantId));
  }

  /** One's own, or as a host or cohost anybody's; one that is down stays down. Errors: FORBIDDEN, PARTICIPANT_NOT_FOUND, STATE_UNAVAILABLE. */
  async lower({ principal, meeting }: Caller, ownerId: string): Promise<void> {
    this.#deps.access.require(principal, { action: 'hand.lower', meeting, ownerId });
    // A meeting that nobody came to has no state.
    if ((await this.#deps.store.participant(meeting.id, ownerId)) === undefined)
      throw new CanopyError('PARTICIPANT_NOT_FOUND');
    this.#deps.rooms.changed(meeting.id, await this.#deps.store.lowerHand(meeting.id, ownerId));
  }
}
