import { TrackKind, TrackSource } from '@canopy/proto/media';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  BusListener,
  FakePublisher,
  FakeViewer,
  type InProcessEdge,
  startInProcessEdge,
} from '../src/testing/index.ts';
import { lossReport, payloadOf } from '../src/testing/rtp.ts';

const natsUrl = process.env.NATS_URL ?? '';
const patience = { interval: 20 };
let edge: InProcessEdge;
let bus: BusListener;

beforeAll(async () => {
  bus = await BusListener.start(natsUrl);
  edge = await startInProcessEdge('theatre', natsUrl, { workers: 2 });
});

afterAll(async () => {
  for (const started of [edge, bus]) await started[Symbol.asyncDispose]();
});

/** A viewer that notes the payload types it is sent. */
async function viewer(participantId: string, chose?: Record<string, number>) {
  const { client } = edge;
  const options = { meetingId: 'play', client, participantId, ...(chose && { chose }) };
  const started = await FakeViewer.start(options);
  const payloadTypes = new Set<number>();
  started.onRtp((_ssrc, packet) => payloadTypes.add((packet[1] ?? 0) & 0x7f));
  return { viewer: started, payloadTypes };
}

test('a client is sent the payload types it chose, beside others who take those of the mesh', async () => {
  const ids = { meetingId: 'play', client: edge.client };
  await using _face = await FakePublisher.start({ ...ids, participantId: 'ada', trackId: 'face' });
  await using _voice = await FakePublisher.start({ ...ids, participantId: 'ben', trackId: 'voice', layers: 0 });
  const chosen = { 'audio/opus': 120, 'video/VP8': 45 };
  const plain = await viewer('mesh');
  const players = await Promise.all(['one', 'two'].map((id) => viewer(id, chosen)));
  const another = await viewer('another', { 'video/VP8': 96 });
  for (const { viewer: one } of [plain, ...players, another]) {
    const { added } = await one.watch('theatre', ['face']);
    await one.receives(added[0], 20);
  }
  expect([...plain.payloadTypes]).toEqual([101]);
  expect([...another.payloadTypes]).toEqual([96]);
  const [first, second] = players;
  expect([first?.payloadTypes, second?.payloadTypes]).toEqual([new Set([45]), new Set([45])]);

  const { added } = (await first?.viewer.watch('theatre', ['voice'], TrackKind.AUDIO)) ?? { added: [] };
  await first?.viewer.receives(added[0], 20);
  expect(first?.payloadTypes).toEqual(new Set([45, 120]));
  await expect(another.viewer.watch('theatre', ['voice'], TrackKind.AUDIO)).resolves.toMatchObject({
    refused: [{ code: 'INVALID_MEDIA_PARAMETERS' }],
  });
  for (const { viewer: one } of [plain, ...players, another]) await one[Symbol.asyncDispose]();
});

test('who speaks is told, what a screen sounds like as well, and that nobody does any more', async () => {
  const ids = { meetingId: 'talk', client: edge.client, layers: 0 };
  await using ada = await FakePublisher.start({ ...ids, participantId: 'ada', trackId: 'adas-voice' });
  // Other edges have the same bus.
  const told = () => bus.facts.flatMap((fact) => (fact.edgeId === edge.id && fact.speakerChanged) || []);
  const untilLast = (trackId: string | undefined) => expect.poll(() => told().at(-1)?.trackId, patience).toBe(trackId);
  ada.setLevel(20);
  await untilLast('adas-voice');
  ada.setLevel(127);
  await untilLast(undefined);
  ada.setLevel(20);
  await untilLast('adas-voice');
  ada.setLevel(127);
  await using film = await FakePublisher.start({
    ...ids,
    participantId: 'ben',
    trackId: 'film',
    source: TrackSource.SCREEN_AUDIO,
  });
  film.setLevel(20);
  await untilLast('film');
  expect(told().every(({ meetingId }) => meetingId === 'talk')).toBe(true);
});

test('a player that loses much is sent a layer less', async () => {
  const ids = { meetingId: 'play', client: edge.client };
  const layerBytes = [200, 400, 800];
  await using _face = await FakePublisher.start({ ...ids, participantId: 'cem', trackId: 'layered', layerBytes });
  const { viewer: player } = await viewer('poor', { 'video/VP8': 45 });
  let size = 0;
  let received = 0;
  let loses = false;
  player.onRtp((ssrc, packet) => {
    size = payloadOf(packet).length;
    received++;
    // Half of the packets, as it says five times a second.
    if (loses && received % 6 === 0) player.send(lossReport(ssrc, received / 2));
  });
  const { added } = await player.watch('theatre', ['layered']);
  await player.receives(added[0], 5);
  await expect.poll(() => size, patience).toBe(800);
  loses = true;
  await expect.poll(() => size, patience).toBe(400);
  await player[Symbol.asyncDispose]();
});
