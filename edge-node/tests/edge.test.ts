import { DtlsParameters, TrackKind, TrackSource } from '@canopy/proto/media';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWebRtcTransport } from '../src/adapters/mediasoup/router.ts';
import {
  BusListener,
  FakePublisher,
  FakeViewer,
  type InProcessEdge,
  receivesEverything,
  startInProcessEdge,
  vp8Parameters,
} from '../src/testing/index.ts';

const natsUrl = process.env.NATS_URL ?? '';
const patience = { interval: 20 };
let edge: InProcessEdge;
let bus: BusListener;

beforeAll(async () => {
  bus = await BusListener.start(natsUrl);
  edge = await startInProcessEdge('solo', natsUrl, { workers: 2 }, { spreadThreshold: 0 });
});

afterAll(async () => {
  for (const started of [edge, bus]) await started[Symbol.asyncDispose]();
});

const certificate = DtlsParameters.fromPartial({
  role: 'client',
  fingerprints: [{ algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') }],
});

function publish(meetingId: string): Promise<FakePublisher> {
  return FakePublisher.start({ client: edge.client, meetingId, participantId: 'p', trackId: 'cam' });
}

test('viewers on another worker get the track through a local pipe, closed when they leave', async () => {
  await using _publisher = await publish('local-pipe');
  const viewers = [];
  for (const participantId of ['v0', 'v1', 'v2']) {
    viewers.push(await FakeViewer.start({ client: edge.client, meetingId: 'local-pipe', participantId }));
  }
  const { sessions } = await edge.client.getState({ meetingId: 'local-pipe' });
  expect(new Set(sessions.map(({ worker }) => worker)).size).toBe(2);
  for (const viewer of viewers) {
    const { added } = await viewer.watch('solo', ['cam']);
    await viewer.receives(added[0], 5);
  }
  for (const viewer of viewers) await viewer.leave();
  await edge.client.closeSession({ meetingId: 'local-pipe', participantId: 'p' });
  expect(edge.context.edge.meetings.get('local-pipe')).toBeUndefined();
  await expect
    .poll(() => edge.context.workers.usage().map(({ consumers, transports }) => consumers + transports), patience)
    .toEqual([0, 0]);
  for (const viewer of viewers) await viewer[Symbol.asyncDispose]();
});

test('a worker that dies is reported with its sessions and replaced; the other worker goes on', async () => {
  await using publisher = await publish('worker-death');
  await using viewer = await FakeViewer.start({ client: edge.client, meetingId: 'worker-death', participantId: 'v' });
  const { added } = await viewer.watch('solo', [publisher.trackId]);
  await viewer.receives(added[0], 3);
  const { sessions } = await edge.client.getState({ meetingId: 'worker-death' });
  const doomed = sessions.find(({ participantId }) => participantId === 'v')?.worker ?? 0;
  const before = edge.context.workers.pids;
  process.kill(before.get(doomed) ?? 0, 'SIGKILL');

  const lost = { worker: doomed, sessions: [{ meetingId: 'worker-death', participantId: 'v' }] };
  await expect.poll(() => bus.facts.map(({ workerDied }) => workerDied), patience).toContainEqual(lost);
  await expect.poll(() => edge.context.workers.pids.size, patience).toBe(2);
  expect(edge.context.workers.pids.get(doomed)).not.toBe(before.get(doomed));
  expect(edge.context.workers.pids.get(1 - doomed)).toBe(before.get(1 - doomed));
  const left = await edge.client.getState({ meetingId: 'worker-death' });
  expect(left.sessions.map(({ participantId }) => participantId)).toEqual(['p']);

  await using again = await FakeViewer.start({ client: edge.client, meetingId: 'worker-death', participantId: 'v' });
  const answer = await again.watch('solo', [publisher.trackId]);
  await again.receives(answer.added[0], 3);
});

test('a worker that stops answering is killed, reported and replaced', async () => {
  await using _publisher = await publish('worker-stopped');
  const { sessions } = await edge.client.getState({ meetingId: 'worker-stopped' });
  const stopped = sessions[0]?.worker ?? 0;
  const before = edge.context.workers.pids;
  process.kill(before.get(stopped) ?? 0, 'SIGSTOP');

  const lost = {
    worker: stopped,
    sessions: expect.arrayContaining([{ meetingId: 'worker-stopped', participantId: 'p' }]),
  };
  await expect.poll(() => bus.facts.map(({ workerDied }) => workerDied), patience).toContainEqual(lost);
  await expect.poll(() => edge.context.workers.pids.size, patience).toBe(2);
  expect(edge.context.workers.pids.get(stopped)).not.toBe(before.get(stopped));
  expect(edge.context.workers.pids.get(1 - stopped)).toBe(before.get(1 - stopped));
});

test('bad media parameters get a coded error and leave the workers alone', async () => {
  const before = edge.context.workers.pids;
  const session = { meetingId: 'bad', participantId: 'p', canPublish: true, targets: [] };
  const fingerprints = [{ algorithm: 'sha-256', value: 'nonsense' }];
  for (const dtlsParameters of [
    { role: 'client', fingerprints: [] },
    { role: 'client', fingerprints },
  ]) {
    await expect(
      edge.client.openSession({ ...session, rtpCapabilities: receivesEverything, dtlsParameters }),
    ).rejects.toMatchObject({ code: 'INVALID_MEDIA_PARAMETERS' });
  }
  await edge.client.openSession({ ...session, rtpCapabilities: receivesEverything });
  const track = {
    meetingId: 'bad',
    participantId: 'p',
    trackId: 't',
    kind: TrackKind.VIDEO,
    source: TrackSource.CAMERA,
    muted: false,
  };
  const good = vp8Parameters([{ ssrc: 1 }]);
  for (const rtpParameters of [
    undefined,
    { ...good, codecs: [] },
    { ...good, encodings: [{ ssrc: 1 }, { ssrc: 1 }] },
    { ...good, encodings: Array.from({ length: 64 }, (_, ssrc) => ({ ssrc: ssrc + 1 })) },
    { ...good, encodings: [{ ssrc: 1, scalabilityMode: 'L99T99' }] },
    { ...good, codecs: good.codecs.map((codec) => ({ ...codec, payloadType: 300 })) },
    { ...good, codecs: good.codecs.map((codec) => ({ ...codec, mimeType: 'video/NOSUCH' })) },
    { ...good, codecs: good.codecs.map((codec) => ({ ...codec, mimeType: 'audio/opus' })) },
    { ...good, headerExtensions: [{ uri: 'urn:no:such', id: 1, encrypt: false }] },
  ]) {
    await expect(edge.client.publishTrack({ ...track, rtpParameters })).rejects.toMatchObject({
      code: 'INVALID_MEDIA_PARAMETERS',
    });
  }
  await edge.client.publishTrack({ ...track, rtpParameters: good });
  await expect(edge.client.publishTrack({ ...track, trackId: 'same-ssrc', rtpParameters: good })).rejects.toMatchObject(
    { code: 'INVALID_MEDIA_PARAMETERS' },
  );
  expect(edge.context.workers.pids).toEqual(before);
});

test('a request that is repeated does nothing twice', async () => {
  const ids = { meetingId: 'twice', participantId: 'p' };
  const request = { ...ids, rtpCapabilities: receivesEverything, canPublish: true, targets: [] };
  const first = await edge.client.openSession(request);
  expect(await edge.client.openSession(request)).toEqual(first);
  const track = { ...ids, trackId: 't', kind: TrackKind.VIDEO, source: TrackSource.CAMERA, muted: false };
  for (let time = 0; time < 2; time++) {
    await edge.client.publishTrack({ ...track, rtpParameters: vp8Parameters([{ ssrc: 7 }]) });
  }
  const { sessions } = await edge.client.getState({ meetingId: 'twice' });
  expect(sessions).toMatchObject([{ participantId: 'p', trackIds: ['t'] }]);
  for (let time = 0; time < 2; time++) await edge.client.unpublishTrack({ ...ids, trackId: 't' });
  for (let time = 0; time < 2; time++) await edge.client.closeSession(ids);
});

test('who closes a session by the name it had before closes nothing', async () => {
  const ids = { meetingId: 'names', participantId: 'p' };
  const request = { ...ids, rtpCapabilities: receivesEverything, canPublish: false, targets: [] };
  const names = async () => (await edge.client.getState(ids)).sessions.map(({ openingId }) => openingId);
  const first = await edge.client.openSession({ ...request, openingId: 'first' });
  // The same client asks again, over another replica, and gets the same session.
  expect(await edge.client.openSession({ ...request, openingId: 'second' })).toEqual(first);
  await edge.client.closeSession({ ...ids, openingId: 'first' });
  expect(await names()).toEqual(['second']);
  await edge.client.closeSession({ ...ids, openingId: 'second' });
  expect(await names()).toEqual([]);
  // The version before knows no names: it opens without, and closes whichever there is.
  await edge.client.openSession({ ...request, openingId: 'third' });
  await edge.client.openSession(request);
  await edge.client.closeSession({ ...ids, openingId: 'third' });
  expect(await names()).toEqual([undefined]);
  await edge.client.openSession({ ...request, openingId: 'fourth' });
  await edge.client.closeSession(ids);
  expect(await names()).toEqual([]);
});

test('subscriptions are replaced as a whole', async () => {
  await using _publisher = await publish('replace');
  await using viewer = await FakeViewer.start({ client: edge.client, meetingId: 'replace', participantId: 'v' });
  const { added } = await viewer.watch('solo', ['cam']);
  expect(added).toMatchObject([{ trackId: 'cam', paused: true }]);
  expect(await viewer.watch('solo', ['cam'])).toEqual({ added: [], removedConsumerIds: [], refused: [] });
  const gone = await viewer.watch('solo', []);
  expect(gone).toEqual({ added: [], removedConsumerIds: [added[0]?.consumerId], refused: [] });
});

test('the first tracks come with the session, not held back', async () => {
  await using _publisher = await publish('first-tracks');
  const want = { trackId: 'cam', width: 320, height: 180, priority: 1 };
  const { consumers, refused } = await edge.client.openSession({
    meetingId: 'first-tracks',
    participantId: 'v',
    rtpCapabilities: receivesEverything,
    canPublish: false,
    targets: [
      { want, originEdgeId: 'solo', kind: TrackKind.VIDEO },
      { want: { ...want, trackId: 'missing' }, originEdgeId: 'solo', kind: TrackKind.VIDEO },
    ],
  });
  expect(consumers).toMatchObject([{ trackId: 'cam', paused: false }]);
  expect(refused).toEqual([{ trackId: 'missing', code: 'TRACK_NOT_FOUND' }]);
});

test('a draining edge refuses new sessions, says so, and keeps those it has', async () => {
  await using viewer = await FakeViewer.start({ client: edge.client, meetingId: 'drain', participantId: 'v' });
  await edge.client.setDraining({ draining: true });
  const request = { meetingId: 'drain', rtpCapabilities: receivesEverything, canPublish: false, targets: [] };
  await expect(edge.client.openSession({ ...request, participantId: 'w' })).rejects.toMatchObject({
    code: 'EDGE_DRAINING',
  });
  expect((await fetch(`http://${edge.context.httpAddress}/readyz`)).status).toBe(503);
  await expect
    .poll(() => bus.heartbeats.findLast(({ edgeId }) => edgeId === edge.id)?.state, patience)
    .toBe('EDGE_LIFECYCLE_DRAINING');
  await edge.client.setDraining({ draining: false });
  expect((await fetch(`http://${edge.context.httpAddress}/readyz`)).status).toBe(200);
  await viewer.leave();
});

test('an edge that is not on the bus is not ready: it would be given nobody', async () => {
  await using apart = await startInProcessEdge('apart', 'nats://127.0.0.1:9');
  const answer = await fetch(`http://${apart.context.httpAddress}/readyz`);
  expect([answer.status, await answer.text()]).toEqual([503, 'no bus\n']);
});

test('a client that asks again has its session, one that moves here or has another certificate takes the place of it', async () => {
  await using browserEdge = await startInProcessEdge(
    'browser',
    natsUrl,
    {},
    { openClientTransport: openWebRtcTransport },
  );
  const request = {
    meetingId: 'm',
    participantId: 'p',
    rtpCapabilities: receivesEverything,
    canPublish: true,
    targets: [],
  };
  const { receiveTransport: unconnected } = await browserEdge.client.openSession({ ...request, participantId: 'q' });
  const connecting = { meetingId: 'm', participantId: 'q', transportId: unconnected?.id ?? '' };
  const connect = () => browserEdge.client.connectTransport({ ...connecting, dtlsParameters: certificate });
  // Also one that asks again before it is answered.
  await Promise.all([connect(), connect()]);
  const first = await browserEdge.client.openSession({ ...request, dtlsParameters: certificate });
  const ports = first.receiveTransport?.iceCandidates.map(({ protocol, port }) => ({ protocol, port })) ?? [];
  expect(ports.map(({ protocol }) => protocol)).toEqual(['udp', 'tcp']);
  expect(new Set(ports.map(({ port }) => port)).size).toBe(1);
  const again = { ...request, dtlsParameters: certificate };
  expect((await browserEdge.client.openSession(again)).sendTransport).toEqual(first.sendTransport);
  const moved = await browserEdge.client.openSession({ ...again, anew: true });
  expect(moved.sendTransport?.id).not.toBe(first.sendTransport?.id);
  const other = {
    role: 'client',
    fingerprints: [{ algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'CD').join(':') }],
  };
  const second = await browserEdge.client.openSession({ ...request, dtlsParameters: other });
  expect(second.sendTransport?.id).not.toBe(first.sendTransport?.id);
});

test('an edge serves without a bus', async () => {
  await using alone = await startInProcessEdge('alone', 'nats://127.0.0.1:9');
  await using viewer = await FakeViewer.start({ client: alone.client, meetingId: 'm', participantId: 'v' });
  expect(await viewer.watch('alone', ['none'])).toMatchObject({ refused: [{ code: 'TRACK_NOT_FOUND' }] });
  expect(await (await fetch(`http://${alone.context.httpAddress}/metrics`)).text()).toContain('canopy_edge_sessions 1');
});

test('heartbeats tell the load of each worker, what could be recorded, and where the edge is reached', async () => {
  await expect
    .poll(() => bus.heartbeats.findLast(({ edgeId }) => edgeId === 'solo'), patience)
    .toMatchObject({
      region: 'test-1',
      mediaAddress: edge.context.grpcAddress,
      linkAddress: edge.context.grpcAddress,
      httpAddress: edge.context.httpAddress,
      workers: [{ index: 0 }, { index: 1 }],
      recordingRoom: 0,
    });
});
