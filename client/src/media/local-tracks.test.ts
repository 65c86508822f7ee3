import { TrackSource } from '@canopy/proto/media';
import { CanopyError } from '@canopy/runtime/errors';
import { expect, test } from 'vitest';
import { camera, publishing } from '../testing/publishing.ts';

test('publishes a track, and another one of the same TrackSource.CAMERA in its place', async () => {
  const { local, session } = await publishing();
  await local.set(camera());
  const next = camera();
  await local.set(next);
  expect(session.producers).toHaveLength(1);
  expect(session.last.track).toBe(next.media);
});

test('a camera that is switched off keeps its track without media', async () => {
  const { local, session, server } = await publishing();
  const track = camera();
  await local.set(track);
  await local.set({ ...track, media: null, muted: true });
  expect(session.last).toMatchObject({ track: null, paused: true, closed: false });
  expect(server.requests.at(-1)).toEqual({ setMuted: { trackId: session.last.id, muted: true } });
});

test('a withdrawn track is closed here and there', async () => {
  const { local, session, server } = await publishing();
  await local.set(camera());
  const { id } = session.last;
  await local.remove(TrackSource.CAMERA);
  expect(session.last.closed).toBe(true);
  expect(server.requests).toEqual([{ unpublish: { trackId: id } }]);
});

test('who mutes while another device takes over stays muted', async () => {
  const { local, session, server, pass } = await publishing();
  await local.set(camera({ muted: true }));
  const gate = Promise.withResolvers<void>();
  session.last.gate = gate.promise;
  const other = camera();
  const taken = local.set(other);
  await pass(0);
  const muted = local.set({ ...other, muted: true });
  gate.resolve();
  await Promise.all([taken, muted]);
  expect([session.last.track, session.last.paused, other.media?.enabled]).toEqual([other.media, true, false]);
  expect(server.requests.filter(({ setMuted }) => setMuted?.muted === false)).toEqual([]);
});

test('nothing is sent from the moment on that the participant mutes, whatever the server says', async () => {
  const { local, session, server, pass } = await publishing();
  const track = camera();
  await local.set(track);
  server.refuse = new CanopyError('TIMEOUT');
  const answer = local.set({ ...track, muted: true });
  expect(session.last.paused).toBe(true);
  expect(track.media?.enabled).toBe(false);
  const refused = expect(answer).rejects.toMatchObject({ code: 'TIMEOUT' });
  await pass(10_000);
  await refused;
  expect([track.media?.enabled, session.last.paused, local.wanted.get(TrackSource.CAMERA)?.muted]).toEqual([
    false,
    true,
    true,
  ]);
  server.refuse = null;
  await pass(2_000);
  expect(server.requests.at(-1)).toMatchObject({ setMuted: { muted: true } });
});

test('who unmutes and thinks better of it is muted, though neither was heard', async () => {
  const { local, session, server, pass } = await publishing();
  const track = camera({ muted: true });
  await local.set(track);
  server.refuse = new CanopyError('STATE_UNAVAILABLE');
  const unmuted = expect(local.set({ ...track, muted: false })).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE' });
  await pass(500);
  const muted = local.set({ ...track, muted: true });
  await pass(3_000);
  expect([track.media?.enabled, session.last.paused]).toEqual([false, true]);
  server.refuse = null;
  await pass(1_000);
  await Promise.all([unmuted, muted]);
  expect(local.wanted.get(TrackSource.CAMERA)?.muted).toBe(true);
});

test('who may not unmute sends nothing, and is told so', async () => {
  const { local, session, server } = await publishing();
  const muted = camera({ muted: true });
  await local.set(muted);
  server.refuse = new CanopyError('UNMUTE_FORBIDDEN');
  await expect(local.set({ ...muted, muted: false })).rejects.toMatchObject({ code: 'UNMUTE_FORBIDDEN' });
  expect(local.wanted.get(TrackSource.CAMERA)?.muted).toBe(true);
  expect([muted.media?.enabled, session.last.paused]).toEqual([false, true]);
});

test('that something is published no more is told until the server hears', async () => {
  const { local, server, pass } = await publishing();
  await local.set(camera());
  server.refuse = new CanopyError('STATE_UNAVAILABLE');
  const removed = local.remove(TrackSource.CAMERA);
  await pass(1_500);
  server.refuse = null;
  await pass(1_000);
  await removed;
  expect(server.requests.filter(({ unpublish }) => unpublish !== undefined).length).toBeGreaterThan(1);
});

test('who asks in vain is told in ten seconds although the clock was set back', async () => {
  const { local, session, server, clock, pass } = await publishing();
  server.refuse = new CanopyError('STATE_UNAVAILABLE');
  session.failure = server.refuse;
  const refused = expect(local.set(camera())).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE' });
  await pass(1_000);
  clock.set(-3_600_000);
  await pass(10_000);
  await refused;
});

test('what an edge could not take just then is published a little later', async () => {
  const { local, session, pass } = await publishing();
  session.failure = new CanopyError('EDGE_UNREACHABLE');
  const published = local.set(camera());
  await pass(2_000);
  session.failure = null;
  await pass(1_000);
  await published;
  expect(session.producers).toHaveLength(1);
});

test('a refused track is not kept', async () => {
  const { local, session } = await publishing();
  session.failure = new CanopyError('TRACK_LIMIT_REACHED');
  await expect(local.set(camera())).rejects.toMatchObject({ code: 'TRACK_LIMIT_REACHED' });
  expect(local.wanted.size).toBe(0);
});

test('who may publish no more sends nothing, and can begin afresh on another session', async () => {
  const { local, session, server } = await publishing();
  await local.set(camera());
  const sent = session.last;
  local.clear();
  expect(sent.closed).toBe(true);
  expect(local.wanted.size).toBe(0);
  await local.set(camera());
  expect(session.producers).toHaveLength(2);
  expect(server.requests).toEqual([]);
});
