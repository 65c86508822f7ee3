import type { ErrorCode } from '@canopy/runtime/errors';
import type { ChatScopeName } from '../chat/message.ts';
import type { MeetingMode, RoleName } from '../meeting/roles.ts';
import { canManage, canPublish, canSeeAttendees, followsAttendees, guestRole } from '../meeting/roles.ts';
import type { ChatSetting } from '../meeting/settings.ts';
import type { QuestionSetting } from '../questions/question.ts';
import { mayModerate } from './moderation.ts';
import { covers, type KeyScope } from './scopes.ts';

/** Who asks. */
export type Principal =
  | { kind: 'anonymous' }
  | { kind: 'api-key'; keyId: string; scopes: readonly KeyScope[] }
  /** Somebody signed in. */
  | { kind: 'user'; userId: string }
  /** Whoever has a link that gives a role in a meeting; `keyId`: who vouches for it; `userId`: who they are, if they are signed in. */
  | {
      kind: 'invited';
      keyId: string;
      meetingId: string;
      role: RoleName;
      linkRevision: number;
      userId: string | undefined;
      /** The link is that of somebody who registered. */
      registrationId: string | undefined;
    }
  /** `keyId`: who vouches for it, where a token says so and nobody has been let in by it yet. */
  | { kind: 'participant'; meetingId: string; participantId: string; role: RoleName; keyId?: string };

/** What is asked for, and whose it is. */
export type Request =
  | OperatorRequest
  | { action: 'meeting.create' | 'schedule.create' | 'webhook.create' | 'recording.list' }
  | { action: 'schedule.manage' | 'webhook.manage'; owner: Owner }
  | { action: 'meeting.change' | 'meeting.warm'; meeting: OwnedMeeting }
  | { action: 'token.mint' | 'link.give'; meeting: OwnedMeeting; role: RoleName }
  | {
      action:
        | 'meeting.end'
        | 'meeting.rule'
        | 'lobby.manage'
        | 'bans.manage'
        | 'registrations.manage'
        | 'host.transfer'
        | 'breakouts.manage'
        | 'breakout.choose'
        | 'breakout.ask-for-help'
        | 'recording.manage'
        | 'spotlight.change'
        | 'links.revoke';
      meeting: OwnedMeeting;
    }
  | {
      action: 'participant.moderate' | 'participant.rename';
      meeting: OwnedMeeting;
      target: { id: string; role: RoleName };
    }
  | { action: 'role.change'; meeting: OwnedMeeting; from: RoleName; to: RoleName }
  | {
      action:
        | 'meeting.read'
        | 'meeting.visit'
        | 'registration.create'
        | 'settings.read'
        | 'edge.choose'
        | 'placement.read'
        | 'plan.read'
        | 'attendees.read';
      meeting: OwnedMeeting;
    }
  | { action: 'track.publish'; meeting: { id: string } }
  | { action: 'attendees.follow' | 'attendees.list'; meeting: { id: string; mode: MeetingMode } }
  | { action: 'track.change'; meeting: { id: string }; ownerId: string }
  | {
      action: 'chat.read' | 'question.read' | 'question.handle' | 'poll.read' | 'poll.manage' | 'poll.vote';
      meeting: OwnedMeeting;
    }
  | { action: 'chat.post'; meeting: OwnedMeeting; scope: ChatScopeName; setting: ChatSetting; to: RoleName | undefined }
  | { action: 'chat.react'; meeting: OwnedMeeting; setting: ChatSetting }
  | { action: 'chat.edit' | 'chat.delete' | 'question.withdraw'; meeting: OwnedMeeting; authorId: string | undefined }
  | { action: 'question.ask' | 'question.vote'; meeting: OwnedMeeting; setting: QuestionSetting }
  | { action: 'reaction.send' | 'hand.raise'; meeting: { id: string } }
  | { action: 'hand.lower'; meeting: { id: string }; ownerId: string };

/** What is the installation's, and nobody's in it. */
type OperatorRequest =
  | { action: 'mesh.read' | 'mesh.operate' | 'keys.read' | 'audit.read' | 'account.reset' }
  | { action: 'keys.manage'; scopes: readonly KeyScope[] };

/** What whoever operates the mesh does with any meeting: to say why media goes as it goes, and to prepare for more, or end it. */
const overseen = [
  'meeting.read',
  'settings.read',
  'attendees.read',
  'placement.read',
  'plan.read',
  'edge.choose',
  'meeting.warm',
  'meeting.end',
] as const satisfies readonly Request['action'][];

/** What operators may that is more than looking: the audit log has a name for each. */
export type OperatorDeed = Exclude<
  OperatorRequest['action'] | (typeof overseen)[number],
  `${string}.read` | 'edge.choose'
>;

/** Whose something is. */
export interface Owner {
  apiKeyId: string;
  /** The user; undefined: it is the key's. */
  hostId: string | undefined;
}

export interface OwnedMeeting extends Owner {
  id: string;
  mode: MeetingMode;
  /** Links given out under another one are worth nothing. Undefined: links are of no matter. */
  linkRevision?: number;
  /** Of a breakout room: its main meeting. */
  parentId?: string | undefined;
}

export type Verdict = { allowed: true } | { allowed: false; code: ErrorCode };

const allowed: Verdict = { allowed: true };
const refused = (code: ErrorCode): Verdict => ({ allowed: false, code });

/**
 * The one place that decides who may do what; what it doesn't name is refused (the compiler wants every
 * action named for every kind of principal). A meeting of somebody else is answered exactly as one that doesn't exist.
 */
export function authorize(principal: Principal, request: Request): Verdict {
  if (principal.kind === 'invited') return authorizeInvited(principal, request);
  if (isOpenToGuests(request)) return allowed;
  if (principal.kind === 'anonymous') return refused('TOKEN_INVALID');
  if (principal.kind === 'api-key') return authorizeApiKey(principal, request);
  if (principal.kind === 'user') return authorizeUser(principal, request);
  return authorizeParticipant(principal, request);
}

/** To a user's meeting comes whoever has its link, as a guest; to a breakout room nobody does. */
function isOpenToGuests(request: Request): boolean {
  const { action } = request;
  if (action === 'token.mint') return hasGuests(request.meeting) && request.role === guestRole(request.meeting.mode);
  const looks = action === 'meeting.visit' || action === 'registration.create' || action === 'edge.choose';
  return looks && hasGuests(request.meeting);
}

function hasGuests({ hostId, parentId }: OwnedMeeting): boolean {
  return hostId !== undefined && parentId === undefined;
}

/** A link lets its holder see what it leads to, and come in as what it says. */
function authorizeInvited(invited: Extract<Principal, { kind: 'invited' }>, request: Request): Verdict {
  if (!('meeting' in request) || request.meeting.id !== invited.meetingId) return refused('TOKEN_INVALID');
  const { action, meeting } = request;
  const looks = action === 'meeting.visit' || action === 'registration.create' || action === 'edge.choose';
  if (!looks && action !== 'token.mint') return refused('FORBIDDEN');
  // A registration is taken back by itself.
  const isInForce = invited.registrationId !== undefined || meeting.linkRevision === invited.linkRevision;
  if (meeting.apiKeyId !== invited.keyId || !isInForce) return refused('TOKEN_INVALID');
  return action !== 'token.mint' || request.role === invited.role ? allowed : refused('FORBIDDEN');
}

/** Whether something is a principal's own: whatever else they see of others, they see as operators, or because they are in it. */
export function owns(principal: Principal, { apiKeyId, hostId }: Owner): boolean {
  if (principal.kind === 'user') return hostId === principal.userId;
  return principal.kind === 'api-key' && apiKeyId === principal.keyId;
}

/** Users do with what is theirs what an API key does with its own. */
function authorizeUser(user: Extract<Principal, { kind: 'user' }>, request: Request): Verdict {
  return authorizeOwner((what) => owns(user, what), 'none', request);
}

function authorizeApiKey(key: Extract<Principal, { kind: 'api-key' }>, request: Request): Verdict {
  const { scopes } = key;
  if (scopes.includes('mesh.operate') && overseen.some((action) => action === request.action)) return allowed;
  const asOwner = authorizeOwner((what) => owns(key, what), 'operate', request);
  // Whose it is comes first: what is somebody else's is not there, whatever the key is for.
  return asOwner.allowed && !covers(scopes, request) ? refused('FORBIDDEN') : asOwner;
}

function authorizeOwner(isTheirs: (what: Owner) => boolean, mesh: 'none' | 'operate', request: Request): Verdict {
  switch (request.action) {
    case 'meeting.create':
    case 'schedule.create':
    case 'webhook.create':
    case 'recording.list':
      return allowed;
    case 'mesh.read':
    case 'mesh.operate':
    case 'keys.read':
    case 'keys.manage':
    case 'audit.read':
    case 'account.reset':
      return mesh === 'operate' ? allowed : refused('FORBIDDEN');
    case 'schedule.manage':
    case 'webhook.manage':
      return isTheirs(request.owner) ? allowed : refused('NOT_FOUND');
    case 'meeting.end':
    case 'meeting.change':
    case 'meeting.rule':
    case 'lobby.manage':
    case 'bans.manage':
    case 'registrations.manage':
    case 'registration.create':
    case 'participant.moderate':
    case 'participant.rename':
    case 'role.change':
    case 'meeting.warm':
    case 'token.mint':
    case 'link.give':
    case 'links.revoke':
    case 'recording.manage':
    case 'meeting.read':
    case 'meeting.visit':
    case 'settings.read':
    case 'edge.choose':
    case 'placement.read':
    case 'plan.read':
    case 'attendees.read':
    case 'chat.read':
    case 'chat.post':
    case 'chat.delete':
    case 'question.read':
    case 'question.handle':
    case 'question.withdraw':
    case 'poll.read':
    case 'poll.manage':
    case 'breakouts.manage':
    case 'spotlight.change':
      return isTheirs(request.meeting) ? allowed : refused('MEETING_NOT_FOUND');
    case 'chat.edit':
      if (!isTheirs(request.meeting)) return refused('MEETING_NOT_FOUND');
      return request.authorId === undefined ? allowed : refused('FORBIDDEN');
    case 'chat.react':
    case 'question.ask':
    case 'question.vote':
    case 'poll.vote':
    case 'reaction.send':
    case 'hand.raise':
    case 'hand.lower':
    case 'attendees.follow':
    case 'attendees.list':
    case 'track.publish':
    case 'track.change':
    case 'host.transfer':
      return refused('FORBIDDEN');
    case 'breakout.choose':
    case 'breakout.ask-for-help':
      return refused(isTheirs(request.meeting) ? 'FORBIDDEN' : 'MEETING_NOT_FOUND');
  }
}

function authorizeParticipant(principal: Extract<Principal, { kind: 'participant' }>, request: Request): Verdict {
  if (!('meeting' in request)) return refused('FORBIDDEN');
  if (request.meeting.id !== principal.meetingId) return refused('MEETING_NOT_FOUND');
  // A key vouches for its own meetings only.
  if (principal.keyId !== undefined && 'apiKeyId' in request.meeting && request.meeting.apiKeyId !== principal.keyId)
    return refused('MEETING_NOT_FOUND');
  switch (request.action) {
    case 'meeting.read':
    case 'meeting.visit':
    case 'edge.choose':
    case 'placement.read':
    case 'plan.read':
      return allowed;
    case 'breakouts.manage':
    case 'recording.manage':
    case 'spotlight.change':
    case 'poll.manage':
    case 'settings.read':
      return canManage(principal.role) ? allowed : refused('FORBIDDEN');
    case 'attendees.follow':
      return followsAttendees(principal.role, request.meeting.mode) ? allowed : refused('FORBIDDEN');
    case 'attendees.read':
    case 'attendees.list':
      return canSeeAttendees(principal.role, request.meeting.mode) ? allowed : refused('FORBIDDEN');
    case 'track.publish':
    case 'question.handle':
      return canPublish(principal.role) ? allowed : refused('FORBIDDEN');
    case 'track.change':
      return request.ownerId === principal.participantId ? allowed : refused('TRACK_NOT_FOUND');
    case 'chat.read':
    case 'question.read':
    case 'poll.read':
    case 'poll.vote':
    case 'reaction.send':
    case 'hand.raise':
    case 'breakout.choose':
    case 'breakout.ask-for-help':
      return allowed;
    case 'question.ask':
    case 'question.vote':
      return request.setting === 'off' ? refused('QUESTIONS_CLOSED') : allowed;
    case 'chat.post':
      return mayPost(principal.role, request) ? allowed : refused('CHAT_CLOSED');
    case 'chat.react':
      return canPublish(principal.role) || request.setting !== 'off' ? allowed : refused('CHAT_CLOSED');
    case 'chat.edit':
    case 'question.withdraw':
      return request.authorId === principal.participantId ? allowed : refused('FORBIDDEN');
    case 'chat.delete':
      return request.authorId === principal.participantId || canManage(principal.role) ? allowed : refused('FORBIDDEN');
    case 'hand.lower':
      return request.ownerId === principal.participantId || canManage(principal.role) ? allowed : refused('FORBIDDEN');
    case 'role.change':
      return mayChangeRole(principal.role, request) ? allowed : refused('FORBIDDEN');
    case 'link.give':
      return principal.role === 'host' || (principal.role === 'cohost' && isLower(request.role))
        ? allowed
        : refused('FORBIDDEN');
    case 'meeting.end':
    case 'links.revoke':
    case 'bans.manage':
    case 'registrations.manage':
    case 'host.transfer':
      return principal.role === 'host' ? allowed : refused('FORBIDDEN');
    case 'meeting.rule':
    case 'lobby.manage':
      return canManage(principal.role) ? allowed : refused('FORBIDDEN');
    case 'participant.moderate': {
      const { id, role } = request.target;
      return id !== principal.participantId && mayModerate(principal.role, role) ? allowed : refused('FORBIDDEN');
    }
    case 'participant.rename': {
      const { id, role } = request.target;
      return id === principal.participantId || mayModerate(principal.role, role) ? allowed : refused('FORBIDDEN');
    }
    case 'meeting.change':
    case 'meeting.warm':
    case 'token.mint':
    case 'registration.create':
      return refused('FORBIDDEN');
  }
}

/** Attendees write to whom the meeting lets them. */
function mayPost(own: RoleName, { scope, setting, to }: Extract<Request, { action: 'chat.post' }>): boolean {
  if (canPublish(own) || setting === 'everyone') return true;
  return setting === 'panelists' && (scope === 'stage' || (to !== undefined && canPublish(to)));
}

/** A host gives and takes any role; a cohost moves people between stage and audience. */
function mayChangeRole(own: RoleName, { from, to }: { from: RoleName; to: RoleName }): boolean {
  return own === 'host' || (own === 'cohost' && isLower(from) && isLower(to));
}

function isLower(role: RoleName): boolean {
  return role === 'panelist' || role === 'attendee';
}
