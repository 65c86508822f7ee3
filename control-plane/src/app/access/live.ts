import type { Participant } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import type { Principal, Request } from '../../core/access/authorize.ts';
import type { Meeting } from '../../core/meeting/meeting.ts';
import { roleOfWire } from '../../core/meeting/roles.ts';
import type { MeetingRecords } from '../meetings/ports.ts';
import type { Access } from './access.ts';
import type { Caller } from './caller.ts';

export interface LiveAccessDeps {
  access: Pick<Access, 'may' | 'require'>;
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
    return now === undefined ? { kind: 'anonymous' } : asNow(principal, now);
  }

  /** The meeting, if what is asked is allowed. Errors: TOKEN_INVALID, MEETING_NOT_FOUND, FORBIDDEN, STATE_UNAVAILABLE. */
  async require(principal: Principal, meetingId: string, requestFor: (meeting: Meeting) => Request): Promise<Meeting> {
    const { live, meeting } = await this.#look(principal, meetingId);
    this.#deps.access.require(live, requestFor(meeting));
    return meeting;
  }

  /** The same, where it is of use only while the meeting goes on. Errors: those of {@link require}, MEETING_ENDED. */
  async requireRunning(...request: Parameters<LiveAccess['require']>): Promise<Meeting> {
    return notEnded(await this.require(...request));
  }

  /** Who asks, as what they are now, and the meeting, which they may read and which goes on. Errors: TOKEN_INVALID, MEETING_NOT_FOUND, MEETING_ENDED, FORBIDDEN, STATE_UNAVAILABLE. */
  async present(principal: Principal, meetingId: string): Promise<{ live: Principal; meeting: Meeting }> {
    const { live, meeting } = await this.#look(principal, meetingId);
    return { live, meeting: notEnded(meeting) };
  }

  async #look(principal: Principal, meetingId: string): Promise<{ live: Principal; meeting: Meeting }> {
    const meeting = await this.#deps.records.find(meetingId);
    const live = await this.principal(principal);
    if (live.kind === 'anonymous')
      throw principal.kind === 'participant' ? notThere() : new CanopyError('TOKEN_INVALID');
    if (meeting === undefined) throw new CanopyError('MEETING_NOT_FOUND');
    this.#deps.access.require(live, { action: 'meeting.read', meeting });
    return { live, meeting };
  }

  /** Who calls over REST. `running`: the meeting must not have ended. Errors: TOKEN_INVALID, MEETING_NOT_FOUND, MEETING_ENDED, STATE_UNAVAILABLE. */
  async caller(principal: Principal, meetingId: string, { running }: { running: boolean }): Promise<Caller> {
    if (principal.kind === 'anonymous') throw new CanopyError('TOKEN_INVALID');
    const meeting = await this.#deps.records.find(meetingId);
    if (meeting === undefined || !this.#deps.access.may(principal, { action: 'meeting.read', meeting }))
      throw new CanopyError('MEETING_NOT_FOUND');
    if (running) notEnded(meeting);
    if (principal.kind !== 'participant') return { principal, name: '', meeting };
    const now = await this.#deps.store.participant(meetingId, principal.participantId);
    if (now === undefined) throw notThere();
    return { principal: asNow(principal, now), name: now.name, meeting };
  }
}

type ParticipantPrincipal = Extract<Principal, { kind: 'participant' }>;

/** Errors: MEETING_ENDED. */
function notEnded(meeting: Meeting): Meeting {
  if (meeting.status === 'ended') throw new CanopyError('MEETING_ENDED');
  return meeting;
}

function notThere(): CanopyError {
  return new CanopyError('TOKEN_INVALID', 'This participant is not in the meeting.');
}

function asNow(principal: ParticipantPrincipal, { role }: Participant): Principal {
  return { ...principal, role: roleOfWire(role) };
}
