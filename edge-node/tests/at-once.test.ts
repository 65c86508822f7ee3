import { RtpParameters, TrackKind } from '@canopy/proto/media';
import { systemClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WorkerPool } from '../src/adapters/mediasoup/worker-pool.ts';
import { LocalPipes } from '../src/app/meeting/local-pipes.ts';
import { MeetingRouters } from '../src/app/meeting/meeting-routers.ts';
import { receivesAs, receivesEverything } from '../src/testing/capabilities.ts';
import { vp8Parameters } from '../src/testing/fake-publisher.ts';
import { startInProcessEdge } from '../src/testing/in-process-edge.ts';
import { MediaWatch } from '../src/testing/media-watch.ts';
import { openPlainTransport } from '../src/testing/plain-client-transport.ts';

const voice = RtpParameters.fromPartial({
  codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
  encodings: [{ ssrc: 1 }],
});
const here = { workerIndex: 0 };
const media = new MediaWatch();
let pool: WorkerPool;

beforeAll(async () => {
  pool = await startPool();
});

afterAll(() => pool.close());

function startPool(): Promise<WorkerPool> {
  return WorkerPool.start({
    workers: 1,
    listenIp: '127.0.0.1',
    announcedAddress: undefined,
    firstPort: 0,
    network: { linkIp: '127.0.0.1', minPort: 40_000, maxPort: 49_999 },
    openClientTransport: openPlainTransport,
    clock: systemClock,
    countKeyFrameRequest: () => {},
    logger: silentLogger,
    random: Math.random,
  });
}

/** The pipes of a meeting, and a publisher. */
async function meeting() {
  const routers = new MeetingRouters(pool, 1);
  const { router } = await routers.acquire(here);
  const transport = await router.openClientTransport();
  const camera = (ssrc: number) =>
    transport.produce({ kind: TrackKind.VIDEO, rtpParameters: vp8Parameters([{ ssrc }]), paused: false });
  const microphone = () => transport.produce({ kind: TrackKind.AUDIO, rtpParameters: voice, paused: false });
  return { router, transport, pipes: new LocalPipes(routers), camera, microphone };
}

function consumers(): number {
  return pool.usage().reduce((sum, usage) => sum + usage.consumers, 0);
}

test('who asks a worker that hangs, and is killed for it, is told to try another one', async () => {
  using own = new DisposableStack();
  const hanging = own.adopt(await startPool(), (started) => started.close());
  const router = await hanging.openRouter(0);
  process.kill(hanging.pids.get(0) ?? 0, 'SIGSTOP');
  const asked = [
    hanging.openRouter(0),
    router.openClientTransport(),
    router.openPipe('local'),
    router.openOutlet(9),
    router.openLevels(),
  ];
  const answers = await Promise.allSettled(asked);
  const passing = expect.objectContaining({ code: 'EDGE_OVERLOADED', retryable: true });
  expect(answers).toEqual(asked.map(() => ({ status: 'rejected', reason: passing })));
  await expect(router.openPipe('link')).rejects.toEqual(passing);
});

test('of many who come at once some are served first, and the rest then', async () => {
  const opened: string[] = [];
  const underWay = { now: 0, most: 0 };
  await using edge = await startInProcessEdge(
    'rush',
    process.env.NATS_URL ?? '',
    {},
    {
      openClientTransport: async (...options) => {
        underWay.most = Math.max(underWay.most, ++underWay.now);
        const transport = await openPlainTransport(...options).finally(() => underWay.now--);
        opened.push(transport.id);
        return transport;
      },
    },
  );
  const participantIds = Array.from({ length: 40 }, (_, number) => `p${number}`);
  const answers = await Promise.all(
    participantIds.map((participantId) =>
      edge.client.openSession({
        meetingId: 'rush',
        participantId,
        rtpCapabilities: receivesEverything,
        canPublish: false,
        targets: [],
      }),
    ),
  );
  expect(answers.map(({ receiveTransport }) => receiveTransport?.id)).toEqual(opened);
  expect(underWay.most).toBeLessThanOrEqual(8);
});

test('of a track that a router can not take nothing is sent to it', async () => {
  const { pipes, camera, microphone } = await meeting();
  const onlyVideo = { ...here, codecs: receivesAs({ 'video/VP8': 96 }).codecs };
  await pipes.copy(await camera(2), here, onlyVideo, false);
  const before = consumers();
  const copying = pipes.copy(await microphone(), here, onlyVideo, false);
  await expect(copying).rejects.toMatchObject({ code: 'INVALID_MEDIA_PARAMETERS' });
  expect(consumers()).toBe(before);
});

test('where one of two ways is gone while they are made one, the other is not sent on', async () => {
  const { pipes, camera } = await meeting();
  const [main, spare] = [await camera(2), await camera(3)];
  await pipes.copy(main, here, here, false);
  const before = consumers();
  spare.close();
  await expect(pipes.merge(main, spare, here, here, false)).rejects.toMatchObject({ code: 'LINK_NOT_FOUND' });
  // The worker answers in order: what was asked of it before is done.
  await camera(4);
  await expect.poll(consumers).toBe(before);
});

test('whoever wants what went away in that moment is told to come again, not that something is wrong with them', async () => {
  const { router, transport, camera } = await meeting();
  const [gone, there, pipe] = [await camera(2), await camera(3), await router.openPipe('local')];
  gone.close();
  const passing = { code: 'LINK_NOT_FOUND', retryable: true };
  const rtpCapabilities = receivesEverything;
  const options = {
    rtpCapabilities,
    preferredLayers: { spatialLayer: 0, temporalLayer: 0 },
    priority: 1,
    paused: false,
  };
  await expect(transport.consume({ ...options, producer: gone })).rejects.toMatchObject(passing);
  await expect(pipe.send(gone)).rejects.toMatchObject(passing);
  const { rtpParameters } = await pipe.send(there);
  const receiving = pipe.receive({ kind: TrackKind.VIDEO, rtpParameters, paused: false });
  pipe.close();
  await expect(receiving).rejects.toMatchObject(passing);
});

test('what is made for a client that leaves in that moment is not left behind', async () => {
  const { transport, camera } = await meeting();
  const producer = await camera(2);
  const before = consumers();
  const preferredLayers = { spatialLayer: 0, temporalLayer: 0 };
  const options = { producer, rtpCapabilities: receivesEverything, preferredLayers, priority: 2, paused: false };
  const consuming = transport.consume(options);
  transport.close();
  await expect(consuming).rejects.toMatchObject({ code: 'TRANSPORT_NOT_FOUND' });
  expect(consumers()).toBe(before);
});

test('to look at the layers once more takes back none that are asked for in that moment', async () => {
  const { router, transport } = await meeting();
  const rtpParameters = vp8Parameters([{ ssrc: 1 }, { ssrc: 2 }, { ssrc: 3 }]);
  const producer = await transport.produce({ kind: TrackKind.VIDEO, rtpParameters, paused: false });
  const lowest = { spatialLayer: 0, temporalLayer: 0 };
  const highest = { spatialLayer: 2, temporalLayer: 0 };
  const receiving = await router.openClientTransport();
  const options = { producer, rtpCapabilities: receivesEverything, priority: 1, paused: false };
  const consumer = await receiving.consume({ ...options, preferredLayers: highest });
  const preferred = () => media.consumer(consumer.id).preferredLayers?.spatialLayer;

  await Promise.all([consumer.reconsider(), consumer.setPreferred(lowest, 1)]);
  expect(preferred()).toBe(0);
  await Promise.all([consumer.setPreferred(highest, 1), consumer.reconsider()]);
  expect(preferred()).toBe(2);
  await consumer.reconsider();
  expect(preferred()).toBe(2);
});
