import { EdgeClient, FakePublisher } from '@canopy/edge-node/testing';
import type { PublishersAnswer, PublishersRequest } from './publisher-process.ts';

/** Publishers of a camera and a microphone in a process of their own, so that keyframe requests are noted when they come: `publishers.ts EDGE_ADDRESS`. */
const client = new EdgeClient(process.argv[2] ?? '');
const publishers = new Map<string, FakePublisher[]>();

/** When this process looked what came, ms of performance.now(): on a busy machine it may be late for all of it. */
const looks = [performance.now()];
setInterval(() => looks.push(performance.now()), 5).unref();

/** What was seen then had not come before this, or the look before the last would have seen it. */
function notBefore(at: number): number {
  const last = looks.findLastIndex((look) => look <= at);
  return looks[Math.max(0, last - 1)] ?? at;
}

async function serve({ start, stop }: PublishersRequest): Promise<PublishersAnswer> {
  if (start !== undefined) {
    const ids = { client, meetingId: start };
    const camera = await FakePublisher.start({ ...ids, participantId: 'p', trackId: 'camera' });
    const microphone = await FakePublisher.start({ ...ids, participantId: 'q', trackId: 'microphone', layers: 0 });
    publishers.set(start, [camera, microphone]);
    return { requests: [] };
  }
  const ended = publishers.get(stop) ?? [];
  publishers.delete(stop);
  for (const publisher of ended) await publisher[Symbol.asyncDispose]();
  for (const participantId of ['p', 'q']) await client.closeSession({ meetingId: stop, participantId });
  const { timeOrigin } = performance;
  return {
    requests: ended
      .flatMap(({ keyFrameRequestLog }) => keyFrameRequestLog)
      .map(({ ssrc, at }) => ({ ssrc, earliest: timeOrigin + notBefore(at), latest: timeOrigin + at })),
  };
}

process.on('message', (request: PublishersRequest) => {
  serve(request).then(
    (answer) => process.send?.(answer),
    (error) => process.send?.({ requests: [], error: String(error) } satisfies PublishersAnswer),
  );
});
