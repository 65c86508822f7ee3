import { VirtualClock } from '@canopy/runtime/clock';
import { expect, it } from 'vitest';
import type { Meeting } from '../../core/meeting/meeting.ts';
import { Turnstile } from '../session/turnstile.ts';
import { Entrance } from './entrance.ts';

it('takes an audience that waited backstage through the turnstile, a few at a time', async () => {
  const backstage = { id: 'webinar', mode: 'webinar', settings: { backstage: true }, status: 'live' } as Meeting;
  const live: Meeting = { ...backstage, settings: { backstage: false } };
  const turnstile = new Turnstile({ atOnce: 2, patienceMs: 1_000 }, new VirtualClock());
  const opened = Promise.withResolvers<void>();
  const [waiting, reads] = [new Set<string>(), { underWay: 0, most: 0, all: 0 }];
  const entrance = new Entrance({
    bans: { list: async () => [] },
    networkHash: () => '',
    records: {
      find: async () => {
        reads.all += 1;
        reads.underWay += 1;
        reads.most = Math.max(reads.most, reads.underWay);
        await new Promise((resolve) => setImmediate(resolve));
        reads.underWay -= 1;
        return live;
      },
    },
    lobby: {
      wait: ({ person }) => {
        waiting.add(person.participantId);
        return opened.promise;
      },
    },
    lobbies: { isAdmitted: async () => false },
    turnstile,
    store: { participant: async () => undefined, givenRole: async () => undefined },
    passwordMatches: async () => true,
    admitAttempt: async () => async () => {},
  });
  const visitor = { waiting: () => {}, gone: new AbortController().signal };
  const comes = (_: unknown, index: number) =>
    entrance.pass({
      claims: {
        meetingId: 'webinar',
        participantId: `viewer-${index}`,
        name: 'Viewer',
        role: 'attendee',
        userId: undefined,
      },
      meeting: backstage,
      password: undefined,
      address: '192.0.2.1',
      visitor,
    });
  const audience = Array.from({ length: 20 }, comes);
  await expect.poll(() => waiting.size).toBe(20);
  opened.resolve();
  expect(await Promise.all(audience)).toEqual(Array.from({ length: 20 }, () => live));
  expect(reads).toEqual({ underWay: 0, most: 2, all: 20 });
});
