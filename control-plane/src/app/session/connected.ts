import type { StreamPosition } from '@canopy/proto/signal';
import type { Room } from '../events/room.ts';
import type { RoomMember } from '../events/room-member.ts';
import type { LiveSession } from './live-session.ts';

/** A connection that has joined or resumed. Events flow once `begin` was called, which is after its answer went out. */
export class Connected {
  readonly room: Room;
  readonly session: LiveSession;
  readonly #member: RoomMember;
  /** What its answer told, until it begins. */
  #position: StreamPosition | undefined;

  constructor(room: Room, member: RoomMember, session: LiveSession, position: StreamPosition) {
    this.room = room;
    this.session = session;
    this.#member = member;
    this.#position = position;
  }

  begin(): void {
    if (this.#position === undefined) throw new Error('it has begun');
    this.room.begin(this.#member, this.session, this.#position);
    this.#position = undefined;
  }
}
