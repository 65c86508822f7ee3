import { TrackSource } from '@canopy/proto/media';
import { CanopyError } from '@canopy/runtime/errors';
import { expect, test } from 'vitest';
import { InMemorySender } from '../testing/in-memory-sender.ts';
import { camera, published, publishing } from '../testing/publishing.ts';

test('a track that moves keeps its id, and both sessions send it until the move is complete', async () => {
  const { local, session } = await publishing();
  await local.set(camera());
  const next = new InMemorySender();
  await local.moveTo(next);
  expect(next.last.id).toBe(session.last.id);
  expect([session.last.closed, local.sendsOver(session)]).toEqual([false, true]);
  await local.completeMove();
  expect([session.last.closed, next.last.closed, local.sendsOver(session)]).toEqual([true, false, false]);
});

test('what each session sends is told as its statistics name it', async () => {
  const { local, session } = await publishing();
  await local.set(camera());
  const { id, track, rtpSender } = session.last;
  const mediaId = track?.id;
  rtpSender.encodings = [{ rid: 'r0' }, { rid: 'r1', active: false }];
  const next = new InMemorySender();
  await local.moveTo(next);
  expect(local.sentOver(session)).toEqual([{ trackId: id, mid: '0', mediaId, idleRids: ['r1'] }]);
  expect(local.sentOver(next)).toEqual([{ trackId: id, mid: '0', mediaId, idleRids: [] }]);
});

test('a move that is taken back leaves the former session sending', async () => {
  const { local, session } = await publishing();
  await local.set(camera());
  const next = new InMemorySender();
  await local.moveTo(next);
  local.takeBackMove();
  expect([session.last.closed, next.last.closed]).toEqual([false, true]);
  const other = camera();
  await local.set(other);
  expect(session.last.track).toBe(other.media);
});

test('a publication that a taken-back move completes too late ends at once', async () => {
  const { local, session } = await publishing();
  await local.set(camera());
  const next = new InMemorySender();
  const gate = Promise.withResolvers<void>();
  next.gate = gate.promise;
  const moving = local.moveTo(next);
  await next.asked.promise;
  local.takeBackMove();
  gate.resolve();
  await moving;
  expect([session.last.closed, next.last.closed]).toEqual([false, true]);
});

test('who mutes while moving is muted on the new session', async () => {
  const { local, server } = await publishing();
  const track = camera();
  await local.set(track);
  const next = new InMemorySender();
  const gate = Promise.withResolvers<void>();
  next.gate = gate.promise;
  const moving = local.moveTo(next);
  await next.asked.promise;
  const muting = local.set({ ...track, muted: true });
  gate.resolve();
  await Promise.all([moving, muting]);
  expect(next.last.paused).toBe(true);
  expect(server.requests.at(-1)).toEqual({ setMuted: { trackId: next.last.id, muted: true } });
});

test('a screen that a host stops while it moves ends on both sessions', async () => {
  const { local, session } = await publishing();
  await local.set(camera({ source: TrackSource.SCREEN }));
  const next = new InMemorySender();
  const gate = Promise.withResolvers<void>();
  next.gate = gate.promise;
  const moving = local.moveTo(next);
  await next.asked.promise;
  const stopped = local.stop(TrackSource.SCREEN);
  gate.resolve();
  await Promise.all([moving, stopped]);
  await local.completeMove();
  expect([session.last.closed, next.last.closed, local.wanted.size]).toEqual([true, true, 0]);
});

test('a track without media does not move: it ends, and begins again with its next media', async () => {
  const { local, session, server } = await publishing();
  const track = camera();
  await local.set(track);
  await local.set({ ...track, media: null, muted: true });
  const { id } = session.last;
  const next = new InMemorySender();
  await local.moveTo(next);
  await local.completeMove();
  expect(server.requests.at(-1)).toEqual({ unpublish: { trackId: id } });
  await local.set(camera());
  expect(next.last.id).not.toBe(id);
});

test('a track that could not move is published anew', async () => {
  const { local, session } = await publishing();
  await local.set(camera());
  const next = new InMemorySender();
  next.failure = new CanopyError('STATE_UNAVAILABLE');
  await local.moveTo(next);
  expect(session.last.closed).toBe(false);
  next.failure = null;
  await local.completeMove();
  expect(session.last.closed).toBe(true);
  expect(next.producers).toHaveLength(1);
});

test('a track that its new edge could not take just then is taken along a little later', async () => {
  const { local, session, clock } = await publishing();
  await local.set(camera());
  const next = new InMemorySender();
  next.failure = new CanopyError('TIMEOUT');
  await local.moveTo(next);
  next.failure = null;
  clock.advance(1_000);
  await next.asked.promise;
  await local.completeMove();
  expect(next.producers.map(({ id }) => id)).toEqual([session.last.id]);
});

test('a track that the server gave up before it could move is published anew', async () => {
  const { local, session } = await publishing();
  await local.set(camera());
  const next = new InMemorySender();
  next.forgotten.add(session.last.id);
  await local.moveTo(next);
  expect(next.producers).toHaveLength(1);
  expect(next.last.id).not.toBe(session.last.id);
  expect(session.last.closed).toBe(true);
});

test('a connection that is lost and comes back in the middle of a move does not end what the former session sends', async () => {
  const { local, session, server } = await publishing();
  await local.set(camera());
  const next = new InMemorySender();
  await local.moveTo(next);
  await local.resumed([published(session.last.id)]);
  expect([session.last.closed, next.last.closed]).toEqual([false, false]);
  expect(server.requests).toEqual([]);
});

test('a track that did not get to the new session before the connection was lost moves when it is back', async () => {
  const { local, session, server } = await publishing();
  await local.set(camera());
  const next = new InMemorySender();
  next.failure = new CanopyError('STATE_UNAVAILABLE');
  server.connected = false;
  await local.moveTo(next);
  next.failure = null;
  server.connected = true;
  await local.resumed([published(session.last.id)]);
  expect(next.producers.map(({ id }) => id)).toEqual([session.last.id]);
  expect([session.last.closed, local.sendsOver(session)]).toEqual([false, true]);
});
