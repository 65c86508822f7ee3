import { describe, expect, it } from 'vitest';
import { authorize, type Principal, type Request } from './authorize.ts';

const mine = { id: 'm1', apiKeyId: 'k1' };
const others = { id: 'm2', apiKeyId: 'k2' };
const key: Principal = { kind: 'api-key', keyId: 'k1', operator: false };
const host: Principal = { kind: 'participant', meetingId: 'm1', participantId: 'p1', role: 'host' };
const attendee: Principal = { ...host, role: 'attendee' };

const everything: Request[] = [
  { action: 'meeting.create' },
  { action: 'mesh.read' },
  { action: 'mesh.operate' },
  { action: 'meeting.end', meeting: mine },
  { action: 'meeting.warm', meeting: mine },
  { action: 'token.mint', meeting: mine },
  { action: 'meeting.read', meeting: mine },
  { action: 'edge.choose', meeting: mine },
  { action: 'placement.read', meeting: mine },
  { action: 'plan.read', meeting: mine },
  { action: 'attendees.read', meeting: mine },
  { action: 'attendees.follow', meeting: mine },
  { action: 'track.publish', meeting: mine },
  { action: 'spotlight.change', meeting: mine },
  { action: 'track.change', meeting: mine, ownerId: 'p1' },
];

const allowedTo = (principal: Principal) =>
  everything.filter((request) => authorize(principal, request).allowed).map(({ action }) => action);

describe('authorize', () => {
  it('allows nothing to somebody unknown', () => {
    expect(allowedTo({ kind: 'anonymous' })).toEqual([]);
  });

  it('lets an API key manage its meetings, but not take part in them', () => {
    expect(allowedTo(key)).toEqual([
      'meeting.create',
      'mesh.read',
      'meeting.end',
      'meeting.warm',
      'token.mint',
      'meeting.read',
      'edge.choose',
      'placement.read',
      'plan.read',
      'attendees.read',
    ]);
  });

  it('lets only the installation’s own keys operate the mesh', () => {
    expect(allowedTo({ ...key, operator: true })).toContain('mesh.operate');
  });

  it('lets participants read their meeting, who attends it, and publish; attendees only read', () => {
    const reads = ['meeting.read', 'edge.choose', 'placement.read', 'plan.read'];
    expect(allowedTo(host)).toEqual([
      ...reads,
      'attendees.read',
      'attendees.follow',
      'track.publish',
      'spotlight.change',
      'track.change',
    ]);
    expect(allowedTo(attendee)).toEqual([...reads, 'track.change']);
  });

  it('answers for somebody else’s meeting as for one that is not there', () => {
    for (const principal of [key, host]) {
      expect(authorize(principal, { action: 'meeting.read', meeting: others })).toEqual({
        allowed: false,
        code: 'MEETING_NOT_FOUND',
      });
    }
  });

  it('hides the tracks of others from who wants to change them', () => {
    const verdict = authorize(host, { action: 'track.change', meeting: mine, ownerId: 'p2' });
    expect(verdict).toEqual({ allowed: false, code: 'TRACK_NOT_FOUND' });
  });
});
