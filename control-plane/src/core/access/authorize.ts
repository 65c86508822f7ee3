import type { ErrorCode } from '@canopy/runtime/errors';
import type { RoleName } from '../meeting/roles.ts';
import { canPublish, canSeeAttendees } from '../meeting/roles.ts';

/** Who asks. */
export type Principal =
  | { kind: 'anonymous' }
  /** `operator`: named by the installation itself, not made for a customer. */
  | { kind: 'api-key'; keyId: string; operator: boolean }
  | { kind: 'participant'; meetingId: string; participantId: string; role: RoleName };

/** What is asked for, and whose it is. */
export type Request =
  | { action: 'meeting.create' | 'mesh.read' | 'mesh.operate' }
  | { action: 'meeting.end' | 'meeting.change' | 'meeting.warm' | 'token.mint'; meeting: OwnedMeeting }
  | { action: 'role.change'; meeting: OwnedMeeting; from: RoleName; to: RoleName }
  | {
      action: 'meeting.read' | 'edge.choose' | 'placement.read' | 'plan.read' | 'attendees.read';
      meeting: OwnedMeeting;
    }
  | { action: 'track.publish' | 'attendees.follow' | 'spotlight.change'; meeting: { id: string } }
  | { action: 'track.change'; meeting: { id: string }; ownerId: string };

export interface OwnedMeeting {
  id: string;
  apiKeyId: string;
}

export type Verdict = { allowed: true } | { allowed: false; code: ErrorCode };

const allowed: Verdict = { allowed: true };
const refused = (code: ErrorCode): Verdict => ({ allowed: false, code });

/**
 * The one place that decides who may do what; what it doesn't name is refused (the compiler wants every
 * action named for every kind of principal). A meeting of somebody else is answered exactly as one that doesn't exist.
 */
export function authorize(principal: Principal, request: Request): Verdict {
  if (principal.kind === 'anonymous') return refused('TOKEN_INVALID');
  if (principal.kind === 'api-key') return authorizeApiKey(principal, request);
  return authorizeParticipant(principal, request);
}

function authorizeApiKey({ keyId, operator }: Extract<Principal, { kind: 'api-key' }>, request: Request): Verdict {
  switch (request.action) {
    case 'meeting.create':
    case 'mesh.read':
      return allowed;
    case 'mesh.operate':
      return operator ? allowed : refused('FORBIDDEN');
    case 'meeting.end':
    case 'meeting.change':
    case 'role.change':
    case 'meeting.warm':
    case 'token.mint':
    case 'meeting.read':
    case 'edge.choose':
    case 'placement.read':
    case 'plan.read':
    case 'attendees.read':
      return request.meeting.apiKeyId === keyId ? allowed : refused('MEETING_NOT_FOUND');
    case 'attendees.follow':
    case 'track.publish':
    case 'track.change':
    case 'spotlight.change':
      return refused('FORBIDDEN');
  }
}

function authorizeParticipant(principal: Extract<Principal, { kind: 'participant' }>, request: Request): Verdict {
  if (!('meeting' in request)) return refused('FORBIDDEN');
  if (request.meeting.id !== principal.meetingId) return refused('MEETING_NOT_FOUND');
  switch (request.action) {
    case 'meeting.read':
    case 'edge.choose':
    case 'placement.read':
    case 'plan.read':
      return allowed;
    case 'attendees.read':
    case 'attendees.follow':
      return canSeeAttendees(principal.role) ? allowed : refused('FORBIDDEN');
    case 'track.publish':
      return canPublish(principal.role) ? allowed : refused('FORBIDDEN');
    case 'spotlight.change':
      return principal.role === 'host' || principal.role === 'cohost' ? allowed : refused('FORBIDDEN');
    case 'track.change':
      return request.ownerId === principal.participantId ? allowed : refused('TRACK_NOT_FOUND');
    case 'role.change':
      return mayChangeRole(principal.role, request) ? allowed : refused('FORBIDDEN');
    case 'meeting.end':
    case 'meeting.change':
    case 'meeting.warm':
    case 'token.mint':
      return refused('FORBIDDEN');
  }
}

/** A host gives and takes any role; a cohost moves people between stage and audience. */
function mayChangeRole(own: RoleName, { from, to }: { from: RoleName; to: RoleName }): boolean {
  const isLower = (role: RoleName) => role === 'panelist' || role === 'attendee';
  return own === 'host' || (own === 'cohost' && isLower(from) && isLower(to));
}
