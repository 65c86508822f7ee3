import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canManage, roleNames } from '../meeting/roles.ts';
import { authorize, type Principal } from './authorize.ts';
import { mayModerate } from './moderation.ts';

const anyRole = fc.constantFrom(...roleNames);
const meeting = { id: 'm', apiKeyId: 'k', hostId: undefined, mode: 'meeting' as const };

function mayAct(role: (typeof roleNames)[number], target: { id: string; role: (typeof roleNames)[number] }): boolean {
  const principal: Principal = { kind: 'participant', meetingId: 'm', participantId: 'me', role };
  return authorize(principal, { action: 'participant.moderate', meeting, target }).allowed;
}

describe('moderation', () => {
  it('is for hosts and cohosts, and never goes upwards', () => {
    const rank = (role: (typeof roleNames)[number]) => roleNames.indexOf(role);
    fc.assert(
      fc.property(anyRole, anyRole, (own, target) => {
        if (!mayModerate(own, target)) return;
        expect(canManage(own)).toBe(true);
        expect(rank(own)).toBeLessThanOrEqual(rank(target));
      }),
    );
  });

  it('gives whoever ranks higher no fewer people to moderate', () => {
    fc.assert(
      fc.property(anyRole, anyRole, anyRole, (higher, lower, target) => {
        fc.pre(roleNames.indexOf(higher) <= roleNames.indexOf(lower));
        if (mayModerate(lower, target)) expect(mayModerate(higher, target)).toBe(true);
      }),
    );
  });

  it('lets a host moderate everybody, and a cohost neither hosts nor cohosts', () => {
    expect(roleNames.filter((target) => mayModerate('host', target))).toEqual([...roleNames]);
    expect(roleNames.filter((target) => mayModerate('cohost', target))).toEqual(['panelist', 'attendee']);
  });

  it('is never of oneself', () => {
    fc.assert(
      fc.property(anyRole, (role) => {
        expect(mayAct(role, { id: 'me', role })).toBe(false);
        expect(mayAct(role, { id: 'other', role: 'attendee' })).toBe(canManage(role));
      }),
    );
  });
});
