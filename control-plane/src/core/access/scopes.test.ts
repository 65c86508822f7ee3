import { describe, expect, it } from 'vitest';
import { authorize, type Principal, type Request } from './authorize.ts';
import { type KeyScope, openScopes } from './scopes.ts';

const mine = { id: 'm1', apiKeyId: 'k1', hostId: undefined, mode: 'meeting' } as const;
const keyFor = (...scopes: KeyScope[]): Principal => ({ kind: 'api-key', keyId: 'k1', scopes });
const requests: Request[] = [
  { action: 'meeting.create' },
  { action: 'meeting.end', meeting: mine },
  { action: 'token.mint', meeting: mine, role: 'host' },
  { action: 'mesh.read' },
  { action: 'mesh.operate' },
  { action: 'keys.read' },
  { action: 'audit.read' },
  { action: 'account.reset' },
];
const allowedTo = (principal: Principal) =>
  requests.filter((request) => authorize(principal, request).allowed).map(({ action }) => action);

describe('the scopes of an API key', () => {
  it.each<[KeyScope, string[]]>([
    ['meetings', ['meeting.create', 'meeting.end', 'token.mint']],
    ['tokens', ['token.mint']],
    ['mesh.read', ['mesh.read']],
    // Any meeting may be ended by who operates the mesh.
    ['mesh.operate', ['meeting.end', 'mesh.read', 'mesh.operate']],
    ['keys', ['keys.read']],
    ['audit', ['audit.read']],
    ['accounts', ['account.reset']],
  ])('%s allows %j and nothing else', (scope, actions) => {
    expect(allowedTo(keyFor(scope))).toEqual(actions);
  });

  it('nobody makes or takes over a key that may more than their own', () => {
    const manage = (own: KeyScope[], scopes: KeyScope[]) =>
      authorize(keyFor(...own), { action: 'keys.manage', scopes }).allowed;
    expect(manage(['keys', 'tokens'], ['tokens'])).toBe(true);
    expect(manage(['keys', 'tokens'], ['tokens', 'mesh.operate'])).toBe(false);
    expect(manage(['tokens'], ['tokens'])).toBe(false);
  });

  it('of everybody, where access is open, do not reach accounts of others', () => {
    expect(allowedTo(keyFor(...openScopes))).not.toContain('account.reset');
  });

  it('are for keys: neither participants nor users touch keys, read the audit log or reset passwords', () => {
    const host: Principal = { kind: 'participant', meetingId: 'm1', participantId: 'p', role: 'host' };
    for (const principal of [host, { kind: 'user', userId: 'u' } as const, { kind: 'anonymous' } as const])
      for (const action of ['keys.read', 'audit.read', 'account.reset'] as const)
        expect(authorize(principal, { action }).allowed).toBe(false);
  });
});
