import type { Access } from '../access/access.ts';
import type { Limiter } from '../access/ports.ts';
import type { Rooms } from '../events/rooms.ts';
import type { LiveSession } from '../session/live-session.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import { principalOf } from '../session/principal.ts';

export interface HandsDeps {
  access: Pick<Access, 'require'>;
  store: Pick<MeetingStateStore, 'raiseHand' | 'lowerHand'>;
  rooms: Pick<Rooms, 'changed'>;
  limit: Limiter;
}

/** The queue of those who want to speak. */
export class Hands {
  readonly #deps: HandsDeps;

  constructor(deps: HandsDeps) {
    this.#deps = deps;
  }

  /** Raised already, it keeps its place. Errors: RATE_LIMITED, PARTICIPANT_NOT_FOUND, STATE_UNAVAILABLE. */
  async raise(session: LiveSession): Promise<void> {
    const { meetingId, participantId } = session;
    this.#deps.access.require(principalOf(session), { action: 'hand.raise', meeting: { id: meetingId } });
    await this.#deps.limit(`${meetingId}:${participantId}`);
    this.#deps.rooms.changed(meetingId, await this.#deps.store.raiseHand(meetingId, participantId));
  }

  /** One's own, or as a host or cohost anybody's. Errors: FORBIDDEN, STATE_UNAVAILABLE. */
  async lower(session: LiveSession, ownerId: string): Promise<void> {
    const { meetingId } = session;
    this.#deps.access.require(principalOf(session), { action: 'hand.lower', meeting: { id: meetingId }, ownerId });
    this.#deps.rooms.changed(meetingId, await this.#deps.store.lowerHand(meetingId, ownerId));
  }
}
