import type { Principal } from '../../core/access/authorize.ts';
import type { LiveSession } from './live-session.ts';

export function principalOf({
  meetingId,
  participantId,
  role,
}: LiveSession): Extract<Principal, { kind: 'participant' }> {
  return { kind: 'participant', meetingId, participantId, role };
}
