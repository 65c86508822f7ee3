import type { Participant } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import type { Principal, Request } from '../../core/access/authorize.ts';
import type { Meeting } from '../../core/meeting/meeting.ts';
import { roleOfWire } from '../../core/meeting/roles.ts';
import type { MeetingRecords } from '../meetings/ports.ts';
import type { Access } from './access.ts';

export interface LiveAccessDeps {
  access: Pick<Access, 'require'>;
  records: Pick<MeetingRecords, 'find'>;
  store: { participant(meetingId: string, participantId: string): Promise<Participant | undefined> };
}

/** Asks what somebody may do in a meeting that runs: a token says what they were when it was made, the meeting what they are. */
export class LiveAccess {
  readonly #deps: LiveAccessDeps;

  constructor(deps: LiveAccessDeps) {
    this.#deps = deps;
  }

  /** The principal with the role it has now; nobody in particular once it is not in the meeting. */
  async principal(principal: Principal): Promise<Principal> {
    if (principal.kind !== 'participant') return principal;
    const now = await this.#deps.store.participant(principal.meetingId, principal.participantId);
    return now === undefined ? { kind: 'anonymous' } : { ...principal, role: roleOfWire(now.role) };
  }

  /** The meeting, if what is asked is allowed. Errors: TOKEN_INVALID, MEETING_NOT_FOUND, FORBIDDEN, STATE_UNAVAILABLE. */
  async require(principal: Principal, meetingId: string, requestFor: (meeting: Meeting) => Request): Promise<Meeting> {
    const meeting = await this.#deps.records.find(meetingId);
    const live = await this.principal(principal);
    if (live.kind === 'anonymous') throw new CanopyError('TOKEN_INVALID');
    if (meeting === undefined) throw new CanopyError('MEETING_NOT_FOUND');
    this.#deps.access.require(live, { action: 'meeting.read', meeting });
    this.#deps.access.require(live, requestFor(meeting));
    return meeting;
  }
}
