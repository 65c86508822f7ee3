import { TrackSource } from '@canopy/proto/media';
import { CanopyError } from '@canopy/runtime/errors';
import { expect, test } from 'vitest';
import { InMemorySender } from '../testing/in-memory-sender.ts';
import { camera, published, publishing } from '../testing/publishing.ts';

test('what a lost connection swallowed is published when it is back', async () => {
  const { local, session, server } = await publishing();
  server.connected = false;
  session.failure = new CanopyError('STATE_UNAVAILABLE');
  await local.set(camera());
  expect(session.producers).toHaveLength(0);
  session.failure = null;
  server.connected = true;
  await local.reconcile(session, []);
  expect(session.producers).toHaveLength(1);
});

test('what is published no more while the connection is lost is withdrawn when it is back', async () => {
  const { local, session, server } = await publishing();
  await local.set(camera());
  server.connected = false;
  server.refuse = new CanopyError('STATE_UNAVAILABLE');
  await local.remove(TrackSource.CAMERA);
  expect(session.last.closed).toBe(true);
  server.connected = true;
  server.refuse = null;
  await local.resumed([published(session.last.id)]);
  expect(server.requests.at(-1)).toEqual({ unpublish: { trackId: session.last.id } });
});

test('a new session gets everything that was published on the old one', async () => {
  const { local, session } = await publishing();
  const track = camera({ muted: true });
  await local.set(track);
  const old = session.last;
  const next = new InMemorySender();
  await local.reconcile(next, []);
  expect(old.closed).toBe(true);
  expect(next.last).toMatchObject({ track: track.media, paused: true });
});

test('a resume changes nothing when the server has what is wanted', async () => {
  const { local, session, server } = await publishing();
  await local.set(camera());
  server.requests.length = 0;
  await local.reconcile(session, [published(session.last.id)]);
  expect(session.producers).toHaveLength(1);
  expect(server.requests).toEqual([]);
});

test('a track that the server lost is published again, one that only it has is withdrawn', async () => {
  const { local, session, server } = await publishing();
  await local.set(camera());
  await local.reconcile(session, [published('stray')]);
  expect(session.producers).toHaveLength(2);
  expect(server.requests).toContainEqual({ unpublish: { trackId: 'stray' } });
});

test('a mute whose answer was lost is told again', async () => {
  const { local, session, server } = await publishing();
  const track = camera();
  await local.set(track);
  server.connected = false;
  server.refuse = new CanopyError('STATE_UNAVAILABLE');
  await local.set({ ...track, muted: true });
  server.refuse = null;
  server.connected = true;
  server.requests.length = 0;
  const { id } = session.last;
  await local.reconcile(session, [published(id)]);
  expect(server.requests).toEqual([{ setMuted: { trackId: id, muted: true } }]);
});

test('what the server agreed to send, and has muted, is muted here and stays so on the next session', async () => {
  const { local, session } = await publishing();
  const track = camera();
  await local.set(track);
  local.told([published(session.last.id, { muted: true })]);
  expect([track.media?.enabled, session.last.paused, local.wanted.get(TrackSource.CAMERA)?.muted]).toEqual([
    false,
    true,
    true,
  ]);
  const next = new InMemorySender();
  await local.moveTo(next);
  expect(next.last.paused).toBe(true);
});

test('an own unmuting whose answer was lost stands, whatever the server had heard by then', async () => {
  const { local, session, server } = await publishing();
  const track = camera({ muted: true });
  await local.set(track);
  server.connected = false;
  server.refuse = new CanopyError('STATE_UNAVAILABLE');
  await local.set({ ...track, muted: false });
  server.refuse = null;
  server.connected = true;
  const own = [published(session.last.id, { muted: true })];
  local.told(own);
  await local.resumed(own, true);
  expect([track.media?.enabled, session.last.paused, local.wanted.get(TrackSource.CAMERA)?.muted]).toEqual([
    true,
    false,
    false,
  ]);
  expect(server.requests.at(-1)).toEqual({ setMuted: { trackId: session.last.id, muted: false } });
});

test.each([
  ['is not published again', true, 1],
  ['is published again by a server that lost all it knew', false, 2],
])('a screen that the server has no longer %s', async (_, sameStream, times) => {
  const { local, session } = await publishing();
  await local.set(camera({ source: TrackSource.SCREEN }));
  const [first] = session.producers;
  await local.resumed([], sameStream);
  expect(first?.closed).toBe(true);
  expect([session.producers.length, local.wanted.size]).toEqual([times, times - 1]);
});

test('a publication that an old session completes too late is made again on the new one', async () => {
  const { local, session } = await publishing();
  const gate = Promise.withResolvers<void>();
  session.gate = gate.promise;
  const late = local.set(camera());
  await session.asked.promise;
  const next = new InMemorySender();
  const moved = local.reconcile(next, []);
  gate.resolve();
  await Promise.all([late, moved]);
  expect(session.last.closed).toBe(true);
  expect(next.producers).toHaveLength(1);
});

test('what could not be published on a session is not tried again once there is another', async () => {
  const { local, clock } = await publishing();
  await local.set(camera());
  const next = new InMemorySender();
  next.failure = new CanopyError('TIMEOUT');
  await local.reconcile(next, []);
  const third = new InMemorySender();
  await local.reconcile(third, []);
  next.failure = null;
  clock.advance(1_000);
  await local.reconcile(third, [published(third.last.id)]);
  expect([next.producers.length, third.producers.length]).toEqual([0, 1]);
});
