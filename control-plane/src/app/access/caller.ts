import type { Principal } from '../../core/access/authorize.ts';
import type { Reader } from '../../core/access/reader.ts';
import type { Meeting } from '../../core/meeting/meeting.ts';
import type { LiveSession } from '../session/live-session.ts';
import { principalOf } from '../session/principal.ts';

/** Who asks for something in a meeting, as what it is now. */
export interface Caller {
  principal: Principal;
  /** Of a participant. */
  name: string;
  meeting: Pick<Meeting, 'id' | 'apiKeyId' | 'hostId' | 'mode' | 'settings'>;
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

/** Whoever is in no meeting reads as the one whose it is. */
export function readerOf({ principal }: Pick<Caller, 'principal'>): Reader {
  return principal.kind === 'participant' ? principal : 'owner';
}
