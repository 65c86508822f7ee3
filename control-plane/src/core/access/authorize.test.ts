import { describe, expect, it } from 'vitest';
import type { ChatScopeName } from '../chat/message.ts';
import { type MeetingMode, type RoleName, roleNames } from '../meeting/roles.ts';
import { type ChatSetting, chatSettings } from '../meeting/settings.ts';
import { authorize, type Principal, type Request } from './authorize.ts';
import { keyScopes } from './scopes.ts';

const mine = { id: 'm1', apiKeyId: 'k1', hostId: undefined, mode: 'meeting' } as const;
const others = { id: 'm2', apiKeyId: 'k2', hostId: undefined, mode: 'meeting' } as const;
const ofUser = { id: 'm3', apiKeyId: 'accounts', hostId: 'u1', mode: 'webinar' } as const;
const key: Principal = { kind: 'api-key', keyId: 'k1', scopes: ['meetings', 'mesh.read'] };
const host: Principal = { kind: 'participant', meetingId: 'm1', participantId: 'p1', role: 'host' };
const attendee: Principal = { ...host, role: 'attendee' };

const everything: Request[] = [
  { action: 'meeting.create' },
  { action: 'mesh.read' },
  { action: 'mesh.operate' },
  { action: 'meeting.end', meeting: mine },
  { action: 'meeting.rule', meeting: mine },
  { action: 'lobby.manage', meeting: mine },
  { action: 'bans.manage', meeting: mine },
  { action: 'registrations.manage', meeting: mine },
  { action: 'registration.create', meeting: mine },
  { action: 'host.transfer', meeting: mine },
  { action: 'meeting.warm', meeting: mine },
  { action: 'token.mint', meeting: mine, role: 'host' },
  { action: 'meeting.read', meeting: mine },
  { action: 'edge.choose', meeting: mine },
  { action: 'placement.read', meeting: mine },
  { action: 'plan.read', meeting: mine },
  { action: 'attendees.read', meeting: mine },
  { action: 'attendees.follow', meeting: mine },
  { action: 'attendees.list', meeting: mine },
  { action: 'question.handle', meeting: mine },
  { action: 'settings.read', meeting: mine },
  { action: 'recording.manage', meeting: mine },
  { action: 'breakouts.manage', meeting: mine },
  { action: 'poll.manage', meeting: mine },
  { action: 'track.publish', meeting: mine },
  { action: 'spotlight.change', meeting: mine },
  { action: 'track.change', meeting: mine, ownerId: 'p1' },
  { action: 'breakout.choose', meeting: mine },
  { action: 'breakout.ask-for-help', meeting: mine },
  { action: 'link.give', meeting: mine, role: 'host' },
  { action: 'links.revoke', meeting: mine },
];

const post = (principal: Principal, setting: ChatSetting, scope: ChatScopeName, to?: RoleName) =>
  authorize(principal, { action: 'chat.post', meeting: mine, scope, setting, to }).allowed;

const allowedTo = (principal: Principal) =>
  everything.filter((request) => authorize(principal, request).allowed).map(({ action }) => action);

describe('authorize', () => {
  it('allows nothing to somebody unknown', () => {
    expect(allowedTo({ kind: 'anonymous' })).toEqual([]);
  });

  it('lets an operator look into any meeting, prepare and end it, and nothing else', () => {
    const all: Request[] = everything.map(
      (request) => ('meeting' in request ? { ...request, meeting: others } : request) as Request,
    );
    const operator: Principal = { ...key, scopes: ['mesh.operate'] };
    const allowed = all.filter((request) => 'meeting' in request && authorize(operator, request).allowed);
    expect(allowed.map(({ action }) => action)).toEqual([
      'meeting.end',
      'meeting.warm',
      'meeting.read',
      'edge.choose',
      'placement.read',
      'plan.read',
      'attendees.read',
      'settings.read',
    ]);
    expect(all.filter((request) => 'meeting' in request && authorize(key, request).allowed)).toEqual([]);
  });

  it('lets an API key manage its meetings, but not take part in them', () => {
    expect(allowedTo(key)).toEqual([
      'meeting.create',
      'mesh.read',
      'meeting.end',
      'meeting.rule',
      'lobby.manage',
      'bans.manage',
      'registrations.manage',
      'registration.create',
      'meeting.warm',
      'token.mint',
      'meeting.read',
      'edge.choose',
      'placement.read',
      'plan.read',
      'attendees.read',
      'question.handle',
      'settings.read',
      'recording.manage',
      'breakouts.manage',
      'poll.manage',
      'spotlight.change',
      'link.give',
      'links.revoke',
    ]);
  });

  it('lets only the installation’s own keys operate the mesh', () => {
    expect(allowedTo({ ...key, scopes: keyScopes })).toContain('mesh.operate');
  });

  it('lets participants read their meeting, who attends it, and publish; hosts keep order; attendees only read', () => {
    const reads = ['meeting.read', 'edge.choose', 'placement.read', 'plan.read'];
    const orders = [
      'meeting.end',
      'meeting.rule',
      'lobby.manage',
      'bans.manage',
      'registrations.manage',
      'host.transfer',
    ];
    const manages = ['settings.read', 'recording.manage', 'breakouts.manage', 'poll.manage'];
    const chooses = ['breakout.choose', 'breakout.ask-for-help'];
    const takesPart = ['track.publish', 'spotlight.change', 'track.change', ...chooses];
    expect(allowedTo(host)).toEqual([
      ...orders,
      ...reads,
      'attendees.read',
      'attendees.follow',
      'attendees.list',
      'question.handle',
      ...manages,
      ...takesPart,
      'link.give',
      'links.revoke',
    ]);
    expect(allowedTo({ ...host, role: 'cohost' })).toEqual(expect.arrayContaining(manages));
    for (const action of manages) expect(allowedTo({ ...host, role: 'panelist' })).not.toContain(action);
    expect(allowedTo({ ...host, role: 'panelist' })).toContain('question.handle');
    expect(allowedTo(attendee)).toEqual([...reads, 'attendees.read', 'attendees.list', 'track.change', ...chooses]);
  });

  it('answers for somebody else’s meeting as for one that is not there', () => {
    const looker: Principal = { ...key, scopes: ['mesh.read'] };
    expect(authorize(looker, { action: 'meeting.read', meeting: mine })).toEqual({ allowed: false, code: 'FORBIDDEN' });
    for (const principal of [key, looker, host]) {
      expect(authorize(principal, { action: 'meeting.read', meeting: others })).toEqual({
        allowed: false,
        code: 'MEETING_NOT_FOUND',
      });
    }
  });

  it('lets users do with their meetings what a key may with its own, and nothing with those of others', () => {
    const ada: Principal = { kind: 'user', userId: 'u1' };
    expect(authorize(ada, { action: 'token.mint', meeting: ofUser, role: 'host' }).allowed).toBe(true);
    expect(authorize(ada, { action: 'meeting.end', meeting: ofUser }).allowed).toBe(true);
    expect(authorize(ada, { action: 'webhook.manage', owner: ofUser }).allowed).toBe(true);
    expect(allowedTo(ada)).toEqual(['meeting.create']);
    const ben: Principal = { kind: 'user', userId: 'u2' };
    expect(authorize(ben, { action: 'meeting.end', meeting: ofUser })).toEqual({
      allowed: false,
      code: 'MEETING_NOT_FOUND',
    });
    expect(authorize(ben, { action: 'schedule.manage', owner: ofUser }).allowed).toBe(false);
  });

  it('lets anybody who has the link of a user’s meeting come as a guest, and as nothing more', () => {
    for (const principal of [{ kind: 'anonymous' }, key, host] satisfies Principal[]) {
      const may = (request: Request) => authorize(principal, request).allowed;
      expect(may({ action: 'meeting.visit', meeting: ofUser })).toBe(true);
      expect(may({ action: 'token.mint', meeting: ofUser, role: 'attendee' })).toBe(true);
      expect(may({ action: 'token.mint', meeting: ofUser, role: 'panelist' })).toBe(false);
      expect(may({ action: 'meeting.read', meeting: ofUser })).toBe(false);
      expect(may({ action: 'meeting.visit', meeting: others })).toBe(false);
    }
  });

  it('lets nobody come to a breakout room as a guest, but its owner do there what a key may with its own', () => {
    const room = { ...ofUser, id: 'm4', parentId: ofUser.id };
    const may = (principal: Principal, request: Request) => authorize(principal, request).allowed;
    for (const principal of [{ kind: 'anonymous' }, key, { kind: 'user', userId: 'u2' }] satisfies Principal[]) {
      expect(may(principal, { action: 'meeting.visit', meeting: room })).toBe(false);
      expect(may(principal, { action: 'edge.choose', meeting: room })).toBe(false);
      expect(may(principal, { action: 'token.mint', meeting: room, role: 'attendee' })).toBe(false);
    }
    expect(may({ kind: 'user', userId: 'u1' }, { action: 'recording.manage', meeting: room })).toBe(true);
  });

  it('lets whoever has a link look and come in as what it says, while the link is good', () => {
    const meeting = { ...mine, linkRevision: 2 };
    const link = { keyId: 'k1', meetingId: 'm1', role: 'panelist', linkRevision: 2 } as const;
    const invited: Principal = { kind: 'invited', ...link, userId: undefined, registrationId: undefined };
    const verdict = (principal: Principal, request: Request) => {
      const given = authorize(principal, request);
      return given.allowed ? 'allowed' : given.code;
    };
    expect(verdict(invited, { action: 'meeting.visit', meeting })).toBe('allowed');
    expect(verdict(invited, { action: 'token.mint', meeting, role: 'panelist' })).toBe('allowed');
    expect(verdict(invited, { action: 'token.mint', meeting, role: 'host' })).toBe('FORBIDDEN');
    expect(verdict(invited, { action: 'link.give', meeting, role: 'panelist' })).toBe('FORBIDDEN');
    expect(verdict(invited, { action: 'meeting.read', meeting })).toBe('FORBIDDEN');
    expect(verdict(invited, { action: 'meeting.create' })).toBe('TOKEN_INVALID');
    const outdated: Principal = { ...invited, linkRevision: 1 };
    // Its registration is taken back by itself.
    expect(verdict({ ...outdated, registrationId: 'r1' }, { action: 'meeting.visit', meeting })).toBe('allowed');
    const strangers = [{ linkRevision: 1 }, { keyId: 'k2' }, { meetingId: 'm2' }];
    for (const stranger of strangers)
      expect(verdict({ ...invited, ...stranger }, { action: 'meeting.visit', meeting })).toBe('TOKEN_INVALID');
    const revoked = { ...invited, keyId: 'accounts', meetingId: 'm3' };
    expect(verdict(revoked, { action: 'meeting.visit', meeting: { ...ofUser, linkRevision: 3 } })).toBe(
      'TOKEN_INVALID',
    );
  });

  it('lets cohosts give out links of those whom they may move, and none that makes a host', () => {
    const cohost: Principal = { ...host, role: 'cohost' };
    const gives = (role: RoleName) => authorize(cohost, { action: 'link.give', meeting: mine, role }).allowed;
    expect((['host', 'cohost', 'panelist', 'attendee'] as const).filter(gives)).toEqual(['panelist', 'attendee']);
    expect(authorize(cohost, { action: 'links.revoke', meeting: mine }).allowed).toBe(false);
  });

  it('believes a join token only of a meeting whose key vouches for it', () => {
    const read = (keyId: string) => authorize({ ...host, keyId }, { action: 'meeting.read', meeting: mine }).allowed;
    expect([read('k1'), read('k2')]).toEqual([true, false]);
  });

  it('hides the tracks of others from who wants to change them', () => {
    const verdict = authorize(host, { action: 'track.change', meeting: mine, ownerId: 'p2' });
    expect(verdict).toEqual({ allowed: false, code: 'TRACK_NOT_FOUND' });
  });

  it('lets attendees write to whom the meeting lets them, and the stage to anybody', () => {
    for (const setting of chatSettings) expect(post(host, setting, 'everyone')).toBe(true);
    expect(post(attendee, 'everyone', 'everyone')).toBe(true);
    expect(post(attendee, 'panelists', 'everyone')).toBe(false);
    expect(post(attendee, 'panelists', 'stage')).toBe(true);
    expect(post(attendee, 'panelists', 'direct', 'panelist')).toBe(true);
    expect(post(attendee, 'panelists', 'direct', 'attendee')).toBe(false);
    expect(post(attendee, 'off', 'direct', 'host')).toBe(false);
  });

  it('lets people change what they wrote, and hosts delete what others wrote', () => {
    const allows = (principal: Principal, action: 'chat.edit' | 'chat.delete', authorId: string | undefined) =>
      authorize(principal, { action, meeting: mine, authorId }).allowed;
    expect(allows(attendee, 'chat.edit', 'p1')).toBe(true);
    expect(allows(host, 'chat.edit', 'p2')).toBe(false);
    expect(allows(host, 'chat.delete', 'p2')).toBe(true);
    expect(allows(attendee, 'chat.delete', 'p2')).toBe(false);
    expect(allows(key, 'chat.edit', 'p1')).toBe(false);
    expect(allows(key, 'chat.edit', undefined)).toBe(true);
    expect(allows(key, 'chat.delete', 'p1')).toBe(true);
  });

  it('lets everybody lower their own hand, and hosts those of others', () => {
    const allows = (principal: Principal) =>
      authorize(principal, { action: 'hand.lower', meeting: mine, ownerId: 'p2' }).allowed;
    expect([allows(host), allows({ ...host, role: 'cohost' }), allows(attendee)]).toEqual([true, true, false]);
    expect(authorize(attendee, { action: 'hand.lower', meeting: mine, ownerId: 'p1' }).allowed).toBe(true);
  });

  it('lets everybody ask and vote while questions are taken, and withdraw what they asked; owners withdraw anything', () => {
    const asks = (principal: Principal, setting: 'answered' | 'off') =>
      authorize(principal, { action: 'question.ask', meeting: mine, setting });
    expect(asks(attendee, 'answered')).toEqual({ allowed: true });
    for (const principal of [attendee, host])
      expect(asks(principal, 'off')).toEqual({ allowed: false, code: 'QUESTIONS_CLOSED' });
    expect(asks(key, 'answered').allowed).toBe(false);
    const withdraws = (principal: Principal, authorId: string) =>
      authorize(principal, { action: 'question.withdraw', meeting: mine, authorId }).allowed;
    expect([withdraws(attendee, 'p1'), withdraws(host, 'p2'), withdraws(key, 'p2')]).toEqual([true, false, true]);
  });

  it('lets everybody vote in polls, which hosts, cohosts and owners manage', () => {
    const may = (principal: Principal, action: 'poll.vote' | 'poll.manage') =>
      authorize(principal, { action, meeting: mine }).allowed;
    expect([may(attendee, 'poll.vote'), may(attendee, 'poll.manage')]).toEqual([true, false]);
    expect([may(key, 'poll.vote'), may(key, 'poll.manage')]).toEqual([false, true]);
  });

  it('has the stage of a webinar follow its audience, and hosts and cohosts the crowd of a meeting, which everybody may look through', () => {
    const may = (action: 'attendees.follow' | 'attendees.list' | 'attendees.read', mode: MeetingMode) =>
      roleNames.filter((role) => authorize({ ...host, role }, { action, meeting: { ...mine, mode } }).allowed);
    expect(may('attendees.follow', 'webinar')).toEqual(['host', 'cohost', 'panelist']);
    expect(may('attendees.follow', 'meeting')).toEqual(['host', 'cohost']);
    for (const action of ['attendees.list', 'attendees.read'] as const) {
      expect(may(action, 'webinar')).toEqual(['host', 'cohost', 'panelist']);
      expect(may(action, 'meeting')).toEqual(roleNames);
    }
  });

  it('lets people give themselves another name, and those whom they may moderate', () => {
    const renames = (by: RoleName, id: string, role: RoleName) =>
      authorize({ ...host, role: by }, { action: 'participant.rename', meeting: mine, target: { id, role } }).allowed;
    expect(renames('attendee', 'p1', 'attendee')).toBe(true);
    expect(renames('panelist', 'p2', 'attendee')).toBe(false);
    expect(renames('cohost', 'p2', 'panelist')).toBe(true);
    expect(renames('cohost', 'p2', 'host')).toBe(false);
    expect(renames('host', 'p2', 'host')).toBe(true);
  });
});
