import { RtpParameters, TrackKind } from '@canopy/proto/media';
import { VirtualClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import { receivesEverything } from '../../testing/capabilities.ts';
import { ToyClosable } from '../../testing/toy-closable.ts';
import { ToyFeed } from '../../testing/toy-feed.ts';
import { TrackOnEdge } from '../cascade/track-on-edge.ts';
import { LocalPipes } from '../meeting/local-pipes.ts';
import { MeetingRouters } from '../meeting/meeting-routers.ts';
import type { MediaConsumer } from '../ports/media.ts';
import { Subscriptions } from './subscriptions.ts';

class ToyConsumer extends ToyClosable implements MediaConsumer {
  readonly id = 'c';
  readonly rtpParameters = RtpParameters.fromPartial({});
  readonly score = 10;
  readonly spatialLayer = undefined;
  readonly resume = async () => {};
  readonly pause = async () => {};
  readonly setPreferred = async () => {};
  readonly onSpatialLayer = () => {};
  readonly reconsider = async () => {};
  readonly requestKeyFrame = async () => {};
  readonly onFirstPacket = async () => {};
}

/** Somebody who watches a track that is published here. */
async function watching() {
  const clock = new VirtualClock();
  const unused = async (): Promise<never> => {
    throw new Error('not in this test');
  };
  const routers = new MeetingRouters({ usage: () => [], openRouter: unused, onDied: () => undefined }, 1);
  const options = { clock, logger: silentLogger, random: () => 0, lingerMs: 0 };
  const track = new TrackOnEdge({ id: 't', originEdgeId: 'here', pipes: new LocalPipes(routers), ...options });
  track.install(new ToyFeed('publisher'));
  const consumer = new ToyConsumer();
  const ended: string[] = [];
  const subscriptions = new Subscriptions({
    viewer: {
      workerIndex: 0,
      transport: { consume: async () => consumer },
      rtpCapabilities: receivesEverything,
      acceptsBackup: false,
    },
    trackFor: () => track,
    onEnded: (trackId) => ended.push(trackId),
    clock,
    logger: silentLogger,
  });
  const want = { trackId: 't', width: 0, height: 0, priority: 1 };
  const targets = [{ want, originEdgeId: 'here', kind: TrackKind.VIDEO }];
  const { added } = await subscriptions.set(targets, { paused: false, timeoutMs: 1_000 });
  expect(added).toHaveLength(1);
  return { subscriptions, consumer, ended };
}

test('that a consumer ended by itself is told, and awaited until the track is asked for again', async () => {
  const { subscriptions, consumer, ended } = await watching();
  consumer.close();
  expect([ended, subscriptions.awaits('t')]).toEqual([['t'], true]);
  expect(await subscriptions.set([], { paused: false, timeoutMs: 1_000 })).toMatchObject({ removedConsumerIds: ['c'] });
  expect(subscriptions.awaits('t')).toBe(false);
});

test('nothing is told of a track that the viewer wants no more, nor of one who leaves', async () => {
  const turns = await watching();
  await turns.subscriptions.set([], { paused: false, timeoutMs: 1_000 });
  const leaves = await watching();
  leaves.subscriptions.close();
  expect([turns.ended, leaves.ended, leaves.consumer.closed]).toEqual([[], [], true]);
});
