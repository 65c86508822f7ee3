import type { Participant } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import type { Principal } from '../../core/access/authorize.ts';
import { longestName } from '../../core/meeting/meeting.ts';
import { roleOfWire } from '../../core/meeting/roles.ts';
import { cleanText } from '../../core/meeting/text.ts';
import type { Access } from '../access/access.ts';
import type { LiveAccess } from '../access/live.ts';
import type { Limiter } from '../access/ports.ts';
import type { Rooms } from '../events/rooms.ts';
import type { AttendanceRecords } from '../meetings/ports.ts';
import type { MeetingStateStore } from './meeting-state-store.ts';

export interface NamingDeps {
  access: Pick<Access, 'require'>;
  live: Pick<LiveAccess, 'present'>;
  attendance: Pick<AttendanceRecords, 'renamed'>;
  store: Pick<MeetingStateStore, 'participant' | 'rename'>;
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

  /** One's own, or as whoever may moderate them somebody else's. Errors: TOKEN_INVALID, MEETING_NOT_FOUND, MEETING_ENDED, PARTICIPANT_NOT_FOUND, FORBIDDEN, BAD_REQUEST (nothing is left of the name), RATE_LIMITED, STATE_UNAVAILABLE. */
  async rename(principal: Principal, meetingId: string, participantId: string, name: string): Promise<Participant> {
    const { access, attendance, limit, live, logger, rooms, store } = this.#deps;
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
    const change = await store.rename(meetingId, participantId, cleaned);
    rooms.changed(meetingId, change);
    logger.info({ meetingId, participantId }, 'a participant has another name');
    await attendance.renamed(meetingId, participantId, cleaned);
    return change.now;
  }
}
