import { expect, test } from 'vitest';
import { FakePublisher, FakeViewer, startInProcessEdge } from '../src/testing/index.ts';

const natsUrl = process.env.NATS_URL ?? '';

test('what goes from one worker to another is not counted as sent', async () => {
  // Every session goes to the worker that has fewer.
  await using edge = await startInProcessEdge('two-workers', natsUrl, { workers: 2 }, { spreadThreshold: 0 });
  const ids = { client: edge.client, meetingId: 'crossing' };
  // Its layers are some 60, 120 and 240 kbit/s, and all three go to the other worker.
  await using _publisher = await FakePublisher.start({ ...ids, participantId: 'p', trackId: 'cam' });
  await using viewer = await FakeViewer.start({ ...ids, participantId: 'v' });
  const { added } = await viewer.watch(edge.id, ['cam'], undefined, 90);
  await viewer.receives(added[0], 120);
  const { workers } = edge.context;
  // It was measured a while ago, when a busy machine may have stood still.
  await expect.poll(() => workers.egressBps).toBeGreaterThan(10_000);
  expect(workers.egressBps).toBeLessThan(200_000);
});
