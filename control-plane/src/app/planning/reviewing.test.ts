import { setImmediate as nextTurn } from 'node:timers/promises';
import { EdgeHeartbeat } from '@canopy/proto/bus';
import { VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, it } from 'vitest';
import { afterHeartbeat } from '../../core/edges/edge-record.ts';
import { defaultPlacementPolicy } from '../../core/placement/types.ts';
import { liveRoom, liveSession } from '../../testing/live-session.ts';
import { Reviewing } from './reviewing.ts';

it('a round that takes long is not joined by the next', async () => {
  const clock = new VirtualClock(10_000);
  const heartbeat = EdgeHeartbeat.fromPartial({ edgeId: 'full', load: 1 });
  const { record } = afterHeartbeat(undefined, heartbeat, defaultPlacementPolicy, 0);
  const asked: string[] = [];
  let answer = Promise.withResolvers<boolean>();
  const reviewing = new Reviewing({
    rooms: { list: () => [liveRoom('m', [liveSession('ann')])] },
    planning: { parentsIn: () => ['full'], review: async () => {} },
    edges: { list: () => [record] },
    isFirst: (key) => {
      asked.push(key);
      return answer.promise;
    },
    everyMs: 60_000,
    random: () => 0.5,
    clock,
    logger: silentLogger,
  });
  reviewing.run();
  const seconds = async (count: number) => {
    for (let second = 0; second < count; second++) {
      clock.advance(1_000);
      await nextTurn();
    }
  };
  await seconds(5);
  expect(asked).toEqual(['relieve m']);
  answer.resolve(true);
  answer = Promise.withResolvers();
  await seconds(2);
  expect(asked).toEqual(['relieve m', 'relieve m']);
});
