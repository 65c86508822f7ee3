import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, it } from 'vitest';
import { authorize, type Principal, type Request } from '../../core/access/authorize.ts';
import type { Actor } from './audit.ts';
import { Looks } from './looks.ts';
import type { NotedEntry } from './ports.ts';

const operator: Principal = { kind: 'api-key', keyId: 'ops', scopes: ['meetings', 'mesh.operate'] };
const minute = 60_000;

/** A replica's looks at a meeting of a user, `theirs`, and one of the operator's key, `own`. */
function setUp() {
  const clock = new VirtualClock(1_000_000);
  const noted: Omit<NotedEntry, 'id' | 'at'>[] = [];
  const log = { isAway: false };
  const owners = new Map([
    ['theirs', { apiKeyId: 'accounts', hostId: 'u1' }],
    ['own', { apiKeyId: 'ops', hostId: undefined }],
  ]);
  const looks = new Looks({
    access: { may: (principal: Principal, request: Request) => authorize(principal, request).allowed },
    meetings: { find: async (id) => owners.get(id) },
    records: {
      async note(entry) {
        if (log.isAway) throw new CanopyError('STATE_UNAVAILABLE');
        noted.push(entry);
      },
    },
    clock,
    logger: silentLogger,
  });
  const look = (meetingId: string, principal: Principal = operator) => {
    const actor: Actor = { principal, address: '192.0.2.7' };
    return looks.during(actor, meetingId, 'plan', async () => `the plan of ${meetingId}`);
  };
  return { clock, noted, log, look };
}

it('notes an operator and what they look at once in ten minutes, with whose it is', async () => {
  const { clock, noted, look } = setUp();
  for (let second = 0; second < 599; second += 1) {
    expect(await look('theirs')).toBe('the plan of theirs');
    clock.advance(1_000);
  }
  const note = {
    action: 'meeting.look',
    target: 'theirs',
    actor: 'key:ops',
    address: '192.0.2.7',
    details: { view: 'plan', owner: 'user:u1' },
    failed: undefined,
  };
  expect(noted).toEqual([note]);
  await look('theirs', { kind: 'api-key', keyId: 'others', scopes: ['mesh.operate'] });
  expect(noted).toEqual([note, { ...note, actor: 'key:others' }]);
  clock.advance(minute);
  await look('theirs');
  expect(noted).toHaveLength(3);
});

it('notes nothing of who looks at what is theirs, or is in it', async () => {
  const { noted, look } = setUp();
  await look('own');
  await look('theirs', { kind: 'user', userId: 'u1' });
  await look('theirs', { kind: 'participant', meetingId: 'theirs', participantId: 'p1', role: 'host' });
  expect(noted).toEqual([]);
});

it('keeps nobody from looking because it can’t be noted, and notes the next look', async () => {
  const { noted, log, look } = setUp();
  log.isAway = true;
  expect(await look('theirs')).toBe('the plan of theirs');
  expect(noted).toEqual([]);
  log.isAway = false;
  await look('theirs');
  expect(noted).toMatchObject([{ action: 'meeting.look', target: 'theirs' }]);
});

it('stays small however many meetings somebody goes through', async () => {
  const { noted, look } = setUp();
  await look('theirs');
  for (let index = 0; index < 10_000; index += 1) await look(`ended-${index}`);
  await look('theirs');
  expect(noted.map(({ target }) => target)).toEqual(['theirs', 'theirs']);
});
