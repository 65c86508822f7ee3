import { setTimeout as delay } from 'node:timers/promises';
import { signalDefaults } from '@canopy/client/signal';
import { EdgeClient, FakeViewer } from '@canopy/edge-node/testing';
import { backoffMs } from '@canopy/runtime/backoff';
import { CanopyError } from '@canopy/runtime/errors';
import { isVp8KeyFrame } from '../../../edge-node/src/testing/rtp.ts';
import type { AudienceOrder, Seen } from './audience-process.ts';

/** How long a viewer waits for a frame: these do not ask again, as browsers would. */
const patienceMs = 5_000;

/** A part of a crowd, in a process of its own: joins when it is told to, and tells what everybody saw. */
process.on('message', (order: AudienceOrder) => {
  play(order).then(
    (seen) => process.send?.(seen),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
});

process.send?.('ready');

async function play({ meetingId, trackId, edgeAddresses, joinsAt }: AudienceOrder): Promise<Seen[]> {
  const clients = edgeAddresses.map((address) => new EdgeClient(address));
  return Promise.all(
    joinsAt.map(async ({ number, at }) => {
      const client = clients[number % clients.length];
      if (client === undefined) throw new Error('there is no edge to sit on');
      await until(at);
      return join(client, meetingId, trackId, `viewer-${number}`);
    }),
  );
}

/** Joins, waits for a frame, and stops listening: leaving in an orderly way would cost more than the packets nobody reads. */
async function join(client: EdgeClient, meetingId: string, trackId: string, participantId: string): Promise<Seen> {
  const askedAt = now();
  const options = { client, meetingId, participantId, watches: { originEdgeId: 'origin', trackId } };
  await using viewer = await retried(() => FakeViewer.start(options), askedAt + patienceMs);
  const firstFrameAt = await new Promise<number | undefined>((resolve) => {
    setTimeout(() => resolve(undefined), patienceMs);
    viewer.onRtp((_, packet) => {
      if (isVp8KeyFrame(packet)) resolve(now());
    });
  });
  return { askedAt, ...(firstFrameAt !== undefined && { firstFrameAt }) };
}

/** A client tries again when its edge did not answer, or could not have the track in time: after as long as the SDK waits. */
async function retried<T>(work: () => Promise<T>, until: number): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!CanopyError.from(error).retryable || now() > until) throw error;
      await delay(backoffMs(attempt, signalDefaults.backoff, Math.random()));
    }
  }
}

/** Unix ms. */
function now(): number {
  return performance.timeOrigin + performance.now();
}

function until(at: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, Math.max(0, at - now()));
  });
}
