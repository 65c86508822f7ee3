import { longestName } from '@canopy/proto/conversation';
import type { Participant } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import type { Principal } from '../../core/access/authorize.ts';
import type { Meeting } from '../../core/meeting/meeting.ts';
import { roleOfWire } from '../../core/meeting/roles.ts';
import { cleanText } from '../../core/meeting/text.ts';
import type { Access } from '../access/access.ts';
import type { LiveAccess } from '../access/live.ts';
import type { Limiter } from '../access/ports.ts';
import type { Rooms } from '../events/rooms.ts';
import type { AttendanceNotes } from './attendance-notes.ts';
import type { MeetingStateStore } from './meeting-state-store.ts';

export interface NamingDeps {
  access: Pick<Access, 'require'>;
  live: Pick<LiveAccess, 'present'>;
  attendance: Pick<AttendanceNotes, 'renamed'>;
  store: Pick<MeetingStateStore, 'participant' | 'rename' | 'keepName'>;
  rooms: Pick<Rooms, 'changed'>;
  /** Of one participant: everybody is told of each. */
  limit: Limiter;
  logger: Logger;
}

/** Gives participants other names while they are in a meeting. What they said before keeps the name it was said under. */
export class Naming {
  readonly #deps: NamingDeps;

  constructor(deps: NamingDeps) {
    this.#deps = deps;
  }

  /** One's own, or as whoever may moderate them somebody else's. What is given in a breakout room is kept in the main meeting as well, for that is where somebody joins again. Errors: TOKEN_INVALID, MEETING_NOT_FOUND, MEETING_ENDED, PARTICIPANT_NOT_FOUND, FORBIDDEN, BAD_REQUEST (nothing is left of the name), RATE_LIMITED, STATE_UNAVAILABLE. */
  async rename(principal: Principal, meetingId: string, participantId: string, name: string): Promise<Participant> {
    const rename = await this.prepare(principal, meetingId, participantId, name);
    return await rename();
  }

  /** The same in two steps: if it is refused, then in the first, before anything has changed. */
  async prepare(
    principal: Principal,
    meetingId: string,
    participantId: string,
    name: string,
  ): Promise<() => Promise<Participant>> {
    const { access, limit, live, store } = this.#deps;
    const { live: asker, meeting } = await live.present(principal, meetingId);
    const ownId = asker.kind === 'participant' ? asker.participantId : undefined;
    // Who keeps no order in it learns by this of nobody who is in it.
    if (ownId !== participantId) access.require(asker, { action: 'meeting.rule', meeting });
    const participant = await store.participant(meetingId, participantId);
    if (participant === undefined) throw new CanopyError('PARTICIPANT_NOT_FOUND');
    const target = { id: participantId, role: roleOfWire(participant.role) };
    access.require(asker, { action: 'participant.rename', meeting, target });
    const cleaned = cleanText(name, longestName);
    if (cleaned === '') throw new CanopyError('BAD_REQUEST', 'name: there is none');
    if (ownId !== undefined) await limit(`${meetingId}:${ownId}`);
    return () => this.#rename(meeting, participant, cleaned);
  }

  async #rename(
    { id: meetingId, parentId }: Meeting,
    { id: participantId, name: before }: Participant,
    name: string,
  ): Promise<Participant> {
    const { attendance, logger, rooms, store } = this.#deps;
    const change = await store.rename(meetingId, participantId, name);
    rooms.changed(meetingId, change);
    logger.info({ meetingId, participantId }, 'a participant has another name');
    if (parentId !== undefined) await store.keepName(parentId, participantId, before, name);
    attendance.renamed(meetingId, participantId, name);
    return change.now;
  }
}
