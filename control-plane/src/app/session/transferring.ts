import { LeaveReason } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import type { Meeting } from '../../core/meeting/meeting.ts';
import type { Room } from '../events/room.ts';
import type { Member } from '../events/room-member.ts';
import type { Planning } from '../planning/planning.ts';
import type { Connected } from './connected.ts';
import type { Departing } from './departing.ts';
import type { Joining } from './join.ts';
import type { Former, LiveSession } from './live-session.ts';
import type { Departure, MeetingStateStore } from './meeting-state-store.ts';

export interface TransferringDeps {
  joining: Pick<Joining, 'enter' | 'takeBack'>;
  store: Pick<MeetingStateStore, 'leave'>;
  departing: Pick<Departing, 'settle'>;
  planning: Pick<Planning, 'shrinkSoon'>;
  /** What was received in the meeting before is closed after so long, whether or not the client said that it is done with it. */
  deadlineMs: number;
  clock: Clock;
  logger: Logger;
}

/**
 * Takes participants from one meeting into another over the connection they have. To the meetings it is one step: whoever
 * is entered there has left here, and is never in both. To the client it is make before break: the media session it leaves
 * goes on bringing it what it shows, until it shows the other meeting.
 */
export class Transferring {
  readonly #deps: TransferringDeps;

  constructor(deps: TransferringDeps) {
    this.#deps = deps;
  }

  /** Whether it moved: not if the participant has left, is on its way already, or got another role or name meanwhile. Errors: those of {@link Joining.enter}, REPLACED; it stays where it is then. */
  async move(room: Room, session: LiveSession, to: Meeting): Promise<boolean> {
    const member = room.memberOf(session.connectionId);
    if (member === undefined || session.departing === true) return false;
    session.departing = true;
    try {
      return await this.#pass(room, session, to, member);
    } finally {
      session.departing = false;
    }
  }

  /** The client shows the meeting it is in now. Saying so twice is saying it once. */
  async finish({ session }: Connected): Promise<void> {
    await session.former?.close();
  }

  /** What takes its time, the session on an edge, is made ready first: the connection is served meanwhile. */
  async #pass(room: Room, session: LiveSession, to: Meeting, member: Member): Promise<boolean> {
    const { participantId, name, role, media, connectionId } = session;
    // It may go back to where it just came from: what it left there must not be mistaken for what it gets.
    await session.former?.close();
    const claims = { meetingId: to.id, participantId, name, role, userId: media.userId };
    const entering = { claims, meeting: to, client: media.client, connectionId, member };
    const [connected, joined] = await this.#deps.joining.enter({ ...entering, bare: undefined, transferred: true });
    let passed = false;
    try {
      await member.transfer(session, async () => {
        // With another role, or another name, it is to arrive as that.
        if (session.leaving === true || session.role !== role || session.name !== name) return undefined;
        connected.session.former = await this.#leave(room, session);
        passed = true;
        return { connected, transfer: { joined } };
      });
    } finally {
      if (!passed) this.#deps.joining.takeBack(connected);
    }
    if (passed) this.#deps.logger.info({ participantId, from: session.meetingId, to: to.id }, 'transferred');
    return passed;
  }

  async #leave(room: Room, session: LiveSession): Promise<Former> {
    const { meetingId, participantId, connectionId, move } = session;
    const departure = await this.#deps.store.leave(meetingId, participantId, LeaveReason.MOVED, connectionId);
    room.changed(departure);
    move?.cancelDeadline();
    this.#deps.planning.shrinkSoon(meetingId, 'left');
    return this.#formerOf(session, departure);
  }

  #formerOf({ meetingId, participantId }: LiveSession, departure: Departure): Former {
    let closing: Promise<void> | undefined;
    const close = () => {
      cancelDeadline();
      closing ??= this.#deps.departing.settle(meetingId, participantId, departure);
      return closing;
    };
    const cancelDeadline = this.#deps.clock.after(this.#deps.deadlineMs, () => void close());
    return { close };
  }
}
