import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  BusListener,
  FakePublisher,
  FakeViewer,
  type InProcessEdge,
  startInProcessEdge,
} from '../src/testing/index.ts';

const natsUrl = process.env.NATS_URL ?? '';
const patience = { interval: 20 };
let edge: InProcessEdge;
let bus: BusListener;

beforeAll(async () => {
  bus = await BusListener.start(natsUrl);
  edge = await startInProcessEdge('stage', natsUrl);
});

afterAll(async () => {
  for (const started of [edge, bus]) await started[Symbol.asyncDispose]();
});

test('a viewer who may publish from now on does so beside what it receives, until it may no more', async () => {
  const ids = { meetingId: 'promotion', client: edge.client };
  await using _host = await FakePublisher.start({ ...ids, participantId: 'host', trackId: 'host-cam' });
  await using ben = await FakeViewer.start({ ...ids, participantId: 'ben' });
  await using eve = await FakeViewer.start({ ...ids, participantId: 'eve' });
  const { added: watched } = await ben.watch('stage', ['host-cam']);
  await ben.receives(watched[0], 5);

  await using _stage = await FakePublisher.start({ ...ids, participantId: 'ben', trackId: 'ben-cam', promoted: true });
  const { added } = await eve.watch('stage', ['ben-cam']);
  await eve.receives(added[0], 5);
  await ben.receives(watched[0], 50);
  const who = { meetingId: 'promotion', participantId: 'ben' };
  const [one, again] = await Promise.all([0, 1].map(() => edge.client.setPublishing({ ...who, canPublish: true })));
  expect(again?.sendTransport).toEqual(one?.sendTransport);

  expect((await edge.client.setPublishing({ ...who, canPublish: false })).sendTransport).toBeUndefined();
  await expect
    .poll(() => bus.facts.flatMap(({ trackClosed }) => trackClosed ?? []), patience)
    .not.toContainEqual(expect.objectContaining({ meetingId: 'promotion', trackId: 'host-cam' }));
  const { sessions } = await edge.client.getState({ meetingId: 'promotion' });
  expect(sessions.find(({ participantId }) => participantId === 'ben')).toMatchObject({ consumers: 1, trackIds: [] });
  await expect(eve.watch('stage', ['ben-cam'])).resolves.toMatchObject({ refused: [{ code: 'TRACK_NOT_FOUND' }] });
  await ben.receives(watched[0], 80);
  await expect(
    FakePublisher.start({ ...ids, participantId: 'nobody', trackId: 'x', promoted: true }),
  ).rejects.toMatchObject({ code: 'SESSION_NOT_FOUND' });
});
