import { TrackKind, TrackSource } from '@canopy/proto/media';
import type { Track } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { beforeEach, expect, test } from 'vitest';
import type { Request } from '../signal/request-socket.ts';
import { InMemorySender } from '../testing/in-memory-sender.ts';
import { SetClock } from '../testing/set-clock.ts';
import { type LocalTrack, LocalTracks } from './local-tracks.ts';

const source = TrackSource.CAMERA;

let clock: SetClock;
let connected: boolean;
let requests: Request[];
let refuse: CanopyError | null;
let session: InMemorySender;
let local: LocalTracks;

beforeEach(async () => {
  clock = new SetClock();
  connected = true;
  requests = [];
  refuse = null;
  session = new InMemorySender();
  local = new LocalTracks(
    async (request) => {
      requests.push(request);
      if (refuse !== null) throw refuse;
    },
    () => connected,
    clock,
  );
  await local.reconcile(session, []);
});

/** Lets time pass, and all that is ready to go on in it go on. */
async function pass(ms: number): Promise<void> {
  for (let at = 0; at < ms; at += 500) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(500);
  }
  await new Promise((resolve) => setImmediate(resolve));
}

function camera(fields: Partial<LocalTrack> = {}): LocalTrack {
  return { source, media: new FakeMediaStreamTrack({ kind: 'video' }), muted: false, codec: 'VP8', ...fields };
}

function published(id: string, fields: Partial<Track> = {}): Track {
  return { id, participantId: 'me', kind: TrackKind.VIDEO, source, muted: false, originEdgeId: 'e', ...fields };
}

test('publishes a track, and another one of the same source in its place', async () => {
  await local.set(camera());
  const next = camera();
  await local.set(next);
  expect(session.producers).toHaveLength(1);
  expect(session.last.track).toBe(next.media);
});

test('who mutes while another device takes over stays muted', async () => {
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
  expect(requests.filter(({ setMuted }) => setMuted?.muted === false)).toEqual([]);
});

test('nothing is sent from the moment on that the participant mutes, whatever the server says', async () => {
  const track = camera();
  await local.set(track);
  refuse = new CanopyError('TIMEOUT');
  const answer = local.set({ ...track, muted: true });
  expect(session.last.paused).toBe(true);
  expect(track.media?.enabled).toBe(false);
  const refused = expect(answer).rejects.toMatchObject({ code: 'TIMEOUT' });
  await pass(10_000);
  await refused;
  expect([track.media?.enabled, session.last.paused, local.wanted.get(source)?.muted]).toEqual([false, true, true]);
  refuse = null;
  await pass(2_000);
  expect(requests.at(-1)).toMatchObject({ setMuted: { muted: true } });
});

test('who unmutes and thinks better of it is muted, though neither was heard', async () => {
  const track = camera({ muted: true });
  await local.set(track);
  refuse = new CanopyError('STATE_UNAVAILABLE');
  const unmuted = expect(local.set({ ...track, muted: false })).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE' });
  await pass(500);
  const muted = local.set({ ...track, muted: true });
  await pass(3_000);
  expect([track.media?.enabled, session.last.paused]).toEqual([false, true]);
  refuse = null;
  await pass(1_000);
  await Promise.all([unmuted, muted]);
  expect(local.wanted.get(source)?.muted).toBe(true);
});

test('that something is published no more is told until the server hears', async () => {
  await local.set(camera());
  refuse = new CanopyError('STATE_UNAVAILABLE');
  const removed = local.remove(source);
  await pass(1_500);
  refuse = null;
  await pass(1_000);
  await removed;
  expect(requests.filter(({ unpublish }) => unpublish !== undefined).length).toBeGreaterThan(1);
});

test('what is published no more while the connection is lost is withdrawn when it is back', async () => {
  await local.set(camera());
  connected = false;
  refuse = new CanopyError('STATE_UNAVAILABLE');
  await local.remove(source);
  expect(session.last.closed).toBe(true);
  connected = true;
  refuse = null;
  await local.resumed([published(session.last.id)]);
  expect(requests.at(-1)).toEqual({ unpublish: { trackId: session.last.id } });
});

test('who asks in vain is told in ten seconds although the clock was set back', async () => {
  refuse = new CanopyError('STATE_UNAVAILABLE');
  session.failure = refuse;
  const refused = expect(local.set(camera())).rejects.toMatchObject({ code: 'STATE_UNAVAILABLE' });
  await pass(1_000);
  clock.set(-3_600_000);
  await pass(10_000);
  await refused;
});

test('what an edge could not take just then is published a little later', async () => {
  session.failure = new CanopyError('EDGE_UNREACHABLE');
  const published = local.set(camera());
  await pass(2_000);
  session.failure = null;
  await pass(1_000);
  await published;
  expect(session.producers).toHaveLength(1);
});

test('a refused track is not kept', async () => {
  session.failure = new CanopyError('TRACK_LIMIT_REACHED');
  await expect(local.set(camera())).rejects.toMatchObject({ code: 'TRACK_LIMIT_REACHED' });
  expect(local.wanted.size).toBe(0);
});

test('who may not unmute sends nothing, and is told so', async () => {
  const muted = camera({ muted: true });
  await local.set(muted);
  refuse = new CanopyError('UNMUTE_FORBIDDEN');
  await expect(local.set({ ...muted, muted: false })).rejects.toMatchObject({ code: 'UNMUTE_FORBIDDEN' });
  expect(local.wanted.get(source)?.muted).toBe(true);
  expect([muted.media?.enabled, session.last.paused]).toEqual([false, true]);
});

test('what a lost connection swallowed is published when it is back', async () => {
  connected = false;
  session.failure = new CanopyError('STATE_UNAVAILABLE');
  await local.set(camera());
  expect(session.producers).toHaveLength(0);
  session.failure = null;
  connected = true;
  await local.reconcile(session, []);
  expect(session.producers).toHaveLength(1);
});

test('a new session gets everything that was published on the old one', async () => {
  const track = camera({ muted: true });
  await local.set(track);
  const old = session.last;
  const next = new InMemorySender();
  await local.reconcile(next, []);
  expect(old.closed).toBe(true);
  expect(next.last).toMatchObject({ track: track.media, paused: true });
});

test('a resume changes nothing when the server has what is wanted', async () => {
  await local.set(camera());
  requests.length = 0;
  await local.reconcile(session, [published(session.last.id)]);
  expect(session.producers).toHaveLength(1);
  expect(requests).toEqual([]);
});

test('a track that the server lost is published again, one that only it has is withdrawn', async () => {
  await local.set(camera());
  await local.reconcile(session, [published('stray')]);
  expect(session.producers).toHaveLength(2);
  expect(requests).toContainEqual({ unpublish: { trackId: 'stray' } });
});

test('a mute whose answer was lost is told again', async () => {
  const track = camera();
  await local.set(track);
  connected = false;
  refuse = new CanopyError('STATE_UNAVAILABLE');
  await local.set({ ...track, muted: true });
  refuse = null;
  connected = true;
  requests.length = 0;
  const { id } = session.last;
  await local.reconcile(session, [published(id)]);
  expect(requests).toEqual([{ setMuted: { trackId: id, muted: true } }]);
});

test('what the server agreed to send, and has muted, is muted here and stays so on the next session', async () => {
  const track = camera();
  await local.set(track);
  local.told([published(session.last.id, { muted: true })]);
  expect([track.media?.enabled, session.last.paused, local.wanted.get(source)?.muted]).toEqual([false, true, true]);
  const next = new InMemorySender();
  await local.moveTo(next);
  expect(next.last.paused).toBe(true);
});

test('an own unmuting whose answer was lost stands, whatever the server had heard by then', async () => {
  const track = camera({ muted: true });
  await local.set(track);
  connected = false;
  refuse = new CanopyError('STATE_UNAVAILABLE');
  await local.set({ ...track, muted: false });
  refuse = null;
  connected = true;
  const own = [published(session.last.id, { muted: true })];
  local.told(own);
  await local.resumed(own, true);
  expect([track.media?.enabled, session.last.paused, local.wanted.get(source)?.muted]).toEqual([true, false, false]);
  expect(requests.at(-1)).toEqual({ setMuted: { trackId: session.last.id, muted: false } });
});

test.each([
  ['is not published again', true, 1],
  ['is published again by a server that lost all it knew', false, 2],
])('a screen that the server has no longer %s', async (_, sameStream, times) => {
  await local.set(camera({ source: TrackSource.SCREEN }));
  const [first] = session.producers;
  await local.resumed([], sameStream);
  expect(first?.closed).toBe(true);
  expect([session.producers.length, local.wanted.size]).toEqual([times, times - 1]);
});

test('a screen that a host stops while it moves ends on both sessions', async () => {
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

test('a publication that an old session completes too late is made again on the new one', async () => {
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

test('a camera that is switched off keeps its track without media', async () => {
  const track = camera();
  await local.set(track);
  await local.set({ ...track, media: null, muted: true });
  expect(session.last).toMatchObject({ track: null, paused: true, closed: false });
  expect(requests.at(-1)).toEqual({ setMuted: { trackId: session.last.id, muted: true } });
});

test('a withdrawn track is closed here and there', async () => {
  await local.set(camera());
  const { id } = session.last;
  await local.remove(source);
  expect(session.last.closed).toBe(true);
  expect(requests).toEqual([{ unpublish: { trackId: id } }]);
});

test('a track that moves keeps its id, and both sessions send it until the move is complete', async () => {
  await local.set(camera());
  const next = new InMemorySender();
  await local.moveTo(next);
  expect(next.last.id).toBe(session.last.id);
  expect([session.last.closed, local.sendsOver(session)]).toEqual([false, true]);
  await local.completeMove();
  expect([session.last.closed, next.last.closed, local.sendsOver(session)]).toEqual([true, false, false]);
});

test('a move that is taken back leaves the former session sending', async () => {
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
  expect(requests.at(-1)).toEqual({ setMuted: { trackId: next.last.id, muted: true } });
});

test('a track without media does not move: it ends, and begins again with its next media', async () => {
  const track = camera();
  await local.set(track);
  await local.set({ ...track, media: null, muted: true });
  const { id } = session.last;
  const next = new InMemorySender();
  await local.moveTo(next);
  await local.completeMove();
  expect(requests.at(-1)).toEqual({ unpublish: { trackId: id } });
  await local.set(camera());
  expect(next.last.id).not.toBe(id);
});

test('a track that could not move is published anew', async () => {
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

test('what could not be published on a session is not tried again once there is another', async () => {
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

test('who may publish no more sends nothing, and can begin afresh on another session', async () => {
  await local.set(camera());
  const sent = session.last;
  local.clear();
  expect(sent.closed).toBe(true);
  expect(local.wanted.size).toBe(0);
  await local.set(camera());
  expect(session.producers).toHaveLength(2);
  expect(requests).toEqual([]);
});

test('a connection that is lost and comes back in the middle of a move does not end what the former session sends', async () => {
  await local.set(camera());
  const next = new InMemorySender();
  await local.moveTo(next);
  await local.resumed([published(session.last.id)]);
  expect([session.last.closed, next.last.closed]).toEqual([false, false]);
  expect(requests).toEqual([]);
});

test('a track that did not get to the new session before the connection was lost moves when it is back', async () => {
  await local.set(camera());
  const next = new InMemorySender();
  next.failure = new CanopyError('STATE_UNAVAILABLE');
  connected = false;
  await local.moveTo(next);
  next.failure = null;
  connected = true;
  await local.resumed([published(session.last.id)]);
  expect(next.producers.map(({ id }) => id)).toEqual([session.last.id]);
  expect([session.last.closed, local.sendsOver(session)]).toEqual([false, true]);
});

test('a track that the server gave up before it could move is published anew', async () => {
  await local.set(camera());
  const next = new InMemorySender();
  next.forgotten.add(session.last.id);
  await local.moveTo(next);
  expect(next.producers).toHaveLength(1);
  expect(next.last.id).not.toBe(session.last.id);
  expect(session.last.closed).toBe(true);
});

test('layers that nobody needs are not encoded, until somebody does, however quickly that changes', async () => {
  await local.set(camera());
  const { id: trackId, rtpSender } = session.last;
  const active = () => rtpSender.encodings.map((encoding) => encoding.active);
  await local.encode({ trackId, layers: 1 });
  expect(active()).toEqual([true, false, false]);
  await Promise.all([1, 2, 3].map((layers) => local.encode({ trackId, layers })));
  expect(active()).toEqual([true, true, true]);
  await local.encode({ trackId: 'of an earlier session', layers: 1 });
  expect(active()).toEqual([true, true, true]);
});

test('a track that moves is encoded whole at first, for nobody knows yet what is needed of it there', async () => {
  await local.set(camera());
  await local.encode({ trackId: session.last.id, layers: 1 });
  const next = new InMemorySender();
  await local.moveTo(next);
  await local.encode({ trackId: session.last.id, layers: 2 });
  expect(session.last.rtpSender.encodings.map(({ active }) => active)).toEqual([true, false, false]);
  expect(next.last.rtpSender.encodings.map(({ active }) => active)).toEqual([true, true, false]);
});

test('a picture of another size is given the bitrate it is worth, whether its track is replaced or changes by itself', async () => {
  let settings = { width: 640, height: 360 };
  const small = Object.assign(new FakeMediaStreamTrack({ kind: 'video' }), { getSettings: () => settings });
  await local.set(camera({ media: small }));
  const { rtpSender } = session.last;
  rtpSender.encodings = [
    { scaleResolutionDownBy: 2, maxBitrate: 100_000 },
    { scaleResolutionDownBy: 1, maxBitrate: 380_160 },
  ];
  const bitrates = () => rtpSender.encodings.map(({ maxBitrate }) => maxBitrate);
  const large = new FakeMediaStreamTrack({ kind: 'video', settings: { width: 1280, height: 720 } });
  await local.set(camera({ media: large }));
  await expect.poll(bitrates).toEqual([380_160, 1_520_640]);
  await local.set(camera({ media: small }));
  await expect.poll(bitrates).toEqual([100_000, 380_160]);
  settings = { width: 1280, height: 720 };
  await pass(2_000);
  await expect.poll(bitrates).toEqual([380_160, 1_520_640]);
});

test('what is already worth its bitrate is left alone, as is a picture whose size nobody knows', async () => {
  await local.set(
    camera({ media: new FakeMediaStreamTrack({ kind: 'video', settings: { width: 640, height: 360 } }) }),
  );
  const known = session.last.rtpSender;
  known.encodings = [{ maxBitrate: 380_160 }];
  const before = known.encodings;
  await pass(4_000);
  expect(known.encodings).toBe(before);
  await local.set(camera());
  await pass(4_000);
  expect(known.encodings).toBe(before);
});
