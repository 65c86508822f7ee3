import { CanopyError } from '@canopy/runtime/errors';
import type { Principal } from '../../core/access/authorize.ts';
import type { Meeting } from '../../core/meeting/meeting.ts';
import { roleOfWire } from '../../core/meeting/roles.ts';
import type { MeetingRecords } from '../meetings/ports.ts';
import type { LiveSession } from '../session/live-session.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import { principalOf } from '../session/principal.ts';
import type { Access } from './access.ts';

/** Who asks for something in a meeting, as what it is now. */
export interface Caller {
  principal: Principal;
  /** Of a participant. */
  name: string;
  meeting: Pick<Meeting, 'id' | 'apiKeyId' | 'hostId' | 'mode' | 'settings'>;
}

export interface CallersDeps {
  access: Pick<Access, 'may'>;
  records: Pick<MeetingRecords, 'find'>;
  store: Pick<MeetingStateStore, 'participant'>;
}

/** Somebody connected here. */
export function callerOf(session: LiveSession): Caller {
  const { meetingId, profile, name } = session;
  // Whose meeting it is counts only for who is not in it.
  return {
    principal: principalOf(session),
    name,
    meeting: { id: meetingId, apiKeyId: '', hostId: undefined, ...profile },
  };
}

/** Finds out who calls over REST: a token says what somebody was when it was made. */
export class Callers {
  readonly #deps: CallersDeps;

  constructor(deps: CallersDeps) {
    this.#deps = deps;
  }

  /** `running`: the meeting must not have ended. Errors: TOKEN_INVALID, MEETING_NOT_FOUND, MEETING_ENDED, STATE_UNAVAILABLE. */
  async find(principal: Principal, meetingId: string, { running }: { running: boolean }): Promise<Caller> {
    if (principal.kind === 'anonymous') throw new CanopyError('TOKEN_INVALID');
    const meeting = await this.#deps.records.find(meetingId);
    if (meeting === undefined || !this.#deps.access.may(principal, { action: 'meeting.read', meeting }))
      throw new CanopyError('MEETING_NOT_FOUND');
    if (running && meeting.status === 'ended') throw new CanopyError('MEETING_ENDED');
    if (principal.kind !== 'participant') return { principal, name: '', meeting };
    const now = await this.#deps.store.participant(meetingId, principal.participantId);
    if (now === undefined) throw new CanopyError('TOKEN_INVALID', 'This participant is not in the meeting.');
    return { principal: { ...principal, role: roleOfWire(now.role) }, name: now.name, meeting };
  }
}
