import { EdgeClient, FakePublisher } from '@canopy/edge-node/testing';
import type { PublishersAnswer, PublishersRequest } from './publisher-process.ts';

/** Publishers in a process of their own, so that keyframe requests are noted when they come: `publishers.ts EDGE_ADDRESS`. */
const client = new EdgeClient(process.argv[2] ?? '');
const publishers = new Map<string, FakePublisher>();

async function serve({ start, stop }: PublishersRequest): Promise<PublishersAnswer> {
  if (start !== undefined) {
    publishers.set(
      start,
      await FakePublisher.start({ client, meetingId: start, participantId: 'p', trackId: 'camera' }),
    );
    return { requests: [] };
  }
  const publisher = publishers.get(stop);
  publishers.delete(stop);
  await publisher?.[Symbol.asyncDispose]();
  await client.closeSession({ meetingId: stop, participantId: 'p' });
  const requests = publisher?.keyFrameRequestLog ?? [];
  return { requests: requests.map(({ ssrc, at }) => ({ ssrc, at: performance.timeOrigin + at })) };
}

process.on('message', (request: PublishersRequest) => {
  serve(request).then(
    (answer) => process.send?.(answer),
    (error) => process.send?.({ requests: [], error: String(error) } satisfies PublishersAnswer),
  );
});
