import type { ErrorCode } from '@canopy/runtime/errors';
import type { MeetingMode, RoleName } from '../meeting/roles.ts';
import { canPublish, canSeeAttendees, guestRole } from '../meeting/roles.ts';

/** Who asks. */
export type Principal =
  | { kind: 'anonymous' }
  /** `operator`: named by the installation itself, not made for a customer. */
  | { kind: 'api-key'; keyId: string; operator: boolean }
  /** Somebody signed in. */
  | { kind: 'user'; userId: string }
  | { kind: 'participant'; meetingId: string; participantId: string; role: RoleName };

/** What is asked for, and whose it is. */
export type Request =
  | { action: 'meeting.create' | 'schedule.create' | 'webhook.create' | 'mesh.read' | 'mesh.operate' }
  | { action: 'schedule.manage' | 'webhook.manage'; owner: Owner }
  | { action: 'meeting.end' | 'meeting.change' | 'meeting.warm'; meeting: OwnedMeeting }
  | { action: 'token.mint'; meeting: OwnedMeeting; role: RoleName }
  | { action: 'role.change'; meeting: OwnedMeeting; from: RoleName; to: RoleName }
  | {
      action: 'meeting.read' | 'meeting.visit' | 'edge.choose' | 'placement.read' | 'plan.read' | 'attendees.read';
      meeting: OwnedMeeting;
    }
  | { action: 'track.publish' | 'attendees.follow'; meeting: { id: string } }
  | { action: 'track.change'; meeting: { id: string }; ownerId: string };

/** Whose something is. */
export interface Owner {
  apiKeyId: string;
  /** The user; undefined: it is the key's. */
  hostId: string | undefined;
}

export interface OwnedMeeting extends Owner {
  id: string;
  mode: MeetingMode;
}

export type Verdict = { allowed: true } | { allowed: false; code: ErrorCode };

const allowed: Verdict = { allowed: true };
const refused = (code: ErrorCode): Verdict => ({ allowed: false, code });

/**
 * The one place that decides who may do what; what it doesn't name is refused (the compiler wants every
 * action named for every kind of principal). A meeting of somebody else is answered exactly as one that doesn't exist.
 */
export function authorize(principal: Principal, request: Request): Verdict {
  if (isOpenToGuests(request)) return allowed;
  if (principal.kind === 'anonymous') return refused('TOKEN_INVALID');
  if (principal.kind === 'api-key') return authorizeApiKey(principal, request);
  if (principal.kind === 'user') return authorizeUser(principal, request);
  return authorizeParticipant(principal, request);
}

/** To a user's meeting comes whoever has its link, as a guest. */
function isOpenToGuests(request: Request): boolean {
  if (request.action === 'meeting.visit' || request.action === 'edge.choose')
    return request.meeting.hostId !== undefined;
  if (request.action !== 'token.mint') return false;
  return request.meeting.hostId !== undefined && request.role === guestRole(request.meeting.mode);
}

/** Users do with what is theirs what an API key does with its own. */
function authorizeUser({ userId }: Extract<Principal, { kind: 'user' }>, request: Request): Verdict {
  switch (request.action) {
    case 'meeting.create':
    case 'schedule.create':
    case 'webhook.create':
      return allowed;
    case 'schedule.manage':
    case 'webhook.manage':
      return request.owner.hostId === userId ? allowed : refused('NOT_FOUND');
    case 'meeting.end':
    case 'meeting.change':
    case 'role.change':
    case 'meeting.warm':
    case 'token.mint':
    case 'meeting.read':
    case 'meeting.visit':
    case 'edge.choose':
    case 'placement.read':
    case 'plan.read':
    case 'attendees.read':
      return request.meeting.hostId === userId ? allowed : refused('MEETING_NOT_FOUND');
    case 'mesh.read':
    case 'mesh.operate':
    case 'attendees.follow':
    case 'track.publish':
    case 'track.change':
      return refused('FORBIDDEN');
  }
}

function authorizeApiKey({ keyId, operator }: Extract<Principal, { kind: 'api-key' }>, request: Request): Verdict {
  switch (request.action) {
    case 'meeting.create':
    case 'schedule.create':
    case 'webhook.create':
    case 'mesh.read':
      return allowed;
    case 'schedule.manage':
    case 'webhook.manage':
      return request.owner.apiKeyId === keyId ? allowed : refused('NOT_FOUND');
    case 'mesh.operate':
      return operator ? allowed : refused('FORBIDDEN');
    case 'meeting.end':
    case 'meeting.change':
    case 'role.change':
    case 'meeting.warm':
    case 'token.mint':
    case 'meeting.read':
    case 'meeting.visit':
    case 'edge.choose':
    case 'placement.read':
    case 'plan.read':
    case 'attendees.read':
      return request.meeting.apiKeyId === keyId ? allowed : refused('MEETING_NOT_FOUND');
    case 'attendees.follow':
    case 'track.publish':
    case 'track.change':
      return refused('FORBIDDEN');
  }
}

function authorizeParticipant(principal: Extract<Principal, { kind: 'participant' }>, request: Request): Verdict {
  if (!('meeting' in request)) return refused('FORBIDDEN');
  if (request.meeting.id !== principal.meetingId) return refused('MEETING_NOT_FOUND');
  switch (request.action) {
    case 'meeting.read':
    case 'meeting.visit':
    case 'edge.choose':
    case 'placement.read':
    case 'plan.read':
      return allowed;
    case 'attendees.read':
    case 'attendees.follow':
      return canSeeAttendees(principal.role) ? allowed : refused('FORBIDDEN');
    case 'track.publish':
      return canPublish(principal.role) ? allowed : refused('FORBIDDEN');
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
