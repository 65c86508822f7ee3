import { setImmediate as settled } from 'node:timers/promises';
import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import type { Meeting } from '../../core/meeting/meeting.ts';
import { Ending } from './ending.ts';

const ended: Meeting = {
  id: 'm',
  apiKeyId: 'key',
  hostId: undefined,
  title: '',
  mode: 'meeting',
  settings: {},
  revision: 0,
  status: 'ended',
  startTime: undefined,
  createdAt: 0,
  passwordHash: undefined,
  linkRevision: 0,
};

/** `isAway`: nothing can be asked. `isSilent`: the state is ended, but does not answer; then it names no edge any more. */
function ending(isAway: () => boolean, isSilent = () => false) {
  const clock = new VirtualClock(0);
  const closed: string[] = [];
  let edgeIds = ['europe'];
  const refuse = async <T>(value: T) => {
    if (isAway()) throw new CanopyError('STATE_UNAVAILABLE');
    return value;
  };
  const one = new Ending({
    records: { end: async () => ended },
    store: {
      usage: () => {
        const participants = new Map(edgeIds.map((edgeId) => [edgeId, 1]));
        return refuse({ usage: { participants, originIds: [] }, plan: undefined, profile: undefined });
      },
      end: async () => {
        const answer = await refuse({ events: [], edgeIds });
        edgeIds = [];
        if (isSilent()) throw new CanopyError('STATE_UNAVAILABLE');
        return answer;
      },
    },
    closing: { meeting: async (edgeId, meetingId) => void closed.push(`${meetingId} on ${edgeId}`) },
    rooms: { changed: () => {} },
    clock,
    random: () => 1,
    logger: silentLogger,
  });
  const seconds = async (howMany: number) => {
    for (let second = 0; second < howMany; second++) {
      await settled();
      clock.advance(1_000);
    }
    await settled();
  };
  return { one, closed, seconds };
}

test('what a meeting has on edges is closed when the state can be reached again, for it counts as ended', async () => {
  let away = true;
  const { one, closed, seconds } = ending(() => away);
  await expect(one.end('m')).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE' });
  await seconds(20);
  expect(closed).toEqual([]);
  away = false;
  await seconds(20);
  expect(closed).toEqual(['m on europe']);
});

test('so it is where the state was ended, and only its answer was lost', async () => {
  let silent = true;
  const { one, closed, seconds } = ending(
    () => false,
    () => silent,
  );
  await expect(one.end('m')).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE' });
  await expect(one.end('m')).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE' });
  silent = false;
  await seconds(20);
  expect(closed).toEqual(['m on europe']);
});

test('what was closed is closed once', async () => {
  const { one, closed, seconds } = ending(() => false);
  await one.end('m');
  await seconds(20);
  expect(closed).toEqual(['m on europe']);
});
