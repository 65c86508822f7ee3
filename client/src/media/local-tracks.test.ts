import { TrackKind, TrackSource } from '@canopy/proto/media';
import type { Track } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { beforeEach, expect, test } from 'vitest';
import type { Request } from '../signal/request-socket.ts';
import { type LocalTrack, LocalTracks, type SentProducer, type TrackSender } from './local-tracks.ts';

const source = TrackSource.CAMERA;

/** A session that publishes at once, unless it is told to fail or to wait. */
class InMemorySession implements TrackSender {
  readonly producers: InMemoryProducer[] = [];
  failure: CanopyError | null = null;
  gate: Promise<void> = Promise.resolve();
  readonly asked = Promise.withResolvers<void>();

  async send(media: MediaStreamTrack): Promise<SentProducer> {
    this.asked.resolve();
    await this.gate;
    if (this.failure !== null) throw this.failure;
    const producer = new InMemoryProducer(`track-${++ids}`, media);
    this.producers.push(producer);
    return producer;
  }
}

class InMemoryProducer implements SentProducer {
  readonly id: string;
  track: MediaStreamTrack | null;
  paused = false;
  closed = false;

  constructor(id: string, track: MediaStreamTrack) {
    this.id = id;
    this.track = track;
  }

  async replaceTrack({ track }: { track: MediaStreamTrack | null }): Promise<void> {
    this.track = track;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  close(): void {
    this.closed = true;
  }
}

let ids = 0;
let connected: boolean;
let requests: Request[];
let refuse: CanopyError | null;
let session: InMemorySession;
let local: LocalTracks;

beforeEach(async () => {
  connected = true;
  requests = [];
  refuse = null;
  session = new InMemorySession();
  local = new LocalTracks(
    async (request) => {
      requests.push(request);
      if (refuse !== null) throw refuse;
    },
    () => connected,
  );
  await local.reconcile(session, []);
});

function camera(fields: Partial<LocalTrack> = {}): LocalTrack {
  return { source, media: new FakeMediaStreamTrack({ kind: 'video' }), muted: false, codec: 'VP8', ...fields };
}

function published(id: string): Track {
  return { id, participantId: 'me', kind: TrackKind.VIDEO, source, muted: false, originEdgeId: 'e' };
}

function lastOf(from: InMemorySession): InMemoryProducer {
  const producer = from.producers.at(-1);
  if (producer === undefined) throw new Error('nothing was published');
  return producer;
}

test('publishes a track, and another one of the same source in its place', async () => {
  await local.set(camera());
  const next = camera();
  await local.set(next);
  expect(session.producers).toHaveLength(1);
  expect(lastOf(session).track).toBe(next.media);
});

test('nothing is sent from the moment on that the participant mutes, whatever the server says', async () => {
  const track = camera();
  await local.set(track);
  refuse = new CanopyError('TIMEOUT');
  const answer = local.set({ ...track, muted: true });
  expect(lastOf(session).paused).toBe(true);
  expect(track.media?.enabled).toBe(false);
  await expect(answer).rejects.toMatchObject({ code: 'TIMEOUT' });
});

test('a refused track is not kept', async () => {
  session.failure = new CanopyError('TRACK_LIMIT_REACHED');
  await expect(local.set(camera())).rejects.toMatchObject({ code: 'TRACK_LIMIT_REACHED' });
  expect(local.wanted.size).toBe(0);
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
  const old = lastOf(session);
  const next = new InMemorySession();
  await local.reconcile(next, []);
  expect(old.closed).toBe(true);
  expect(lastOf(next)).toMatchObject({ track: track.media, paused: true });
});

test('a resume changes nothing when the server has what is wanted', async () => {
  await local.set(camera());
  requests.length = 0;
  await local.reconcile(session, [published(lastOf(session).id)]);
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
  const { id } = lastOf(session);
  await local.reconcile(session, [published(id)]);
  expect(requests).toEqual([{ setMuted: { trackId: id, muted: true } }]);
});

test('a publication that an old session completes too late is made again on the new one', async () => {
  const gate = Promise.withResolvers<void>();
  session.gate = gate.promise;
  const late = local.set(camera());
  await session.asked.promise;
  const next = new InMemorySession();
  const moved = local.reconcile(next, []);
  gate.resolve();
  await Promise.all([late, moved]);
  expect(lastOf(session).closed).toBe(true);
  expect(next.producers).toHaveLength(1);
});

test('a camera that is switched off keeps its track without media', async () => {
  const track = camera();
  await local.set(track);
  await local.set({ ...track, media: null, muted: true });
  expect(lastOf(session)).toMatchObject({ track: null, paused: true, closed: false });
  expect(requests.at(-1)).toEqual({ setMuted: { trackId: lastOf(session).id, muted: true } });
});

test('a withdrawn track is closed here and there', async () => {
  await local.set(camera());
  const { id } = lastOf(session);
  await local.remove(source);
  expect(lastOf(session).closed).toBe(true);
  expect(requests).toEqual([{ unpublish: { trackId: id } }]);
});
