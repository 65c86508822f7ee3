import type { ConsumerParameters } from '@canopy/proto/media';
import { TrackKind, TrackSource } from '@canopy/proto/media';
import type { Track } from '@canopy/proto/signal';
import { VirtualClock } from '@canopy/runtime/clock';
import { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import { FakeMediaStreamTrack } from 'fake-mediastreamtrack';
import { expect, test } from 'vitest';
import type { ConnectionState, SignalEvents } from '../signal/signal-connection.ts';
import { InMemoryReceiver, settled } from '../testing/in-memory-receiver.ts';
import { InMemorySender } from '../testing/in-memory-sender.ts';
import { LocalTracks } from './local-tracks.ts';
import type { MediaState } from './media-session.ts';
import { Migration, type MovingSession } from './migration.ts';
import { RemoteTracks } from './remote-tracks.ts';

class InMemorySession implements MovingSession {
  readonly events: MovingSession['events'] = new Emitter();
  state: MediaState = 'connected';
  lost = false;
  readonly sender = new InMemorySender();
  readonly receiver = new InMemoryReceiver();
  readonly send: MovingSession['send'] = (media, options) => this.sender.send(media, options);
  readonly receive: MovingSession['receive'] = (parameters) => this.receiver.receive(parameters);
}

/** A connection that is lost, and comes back, when it is told to. */
class InMemoryConnection {
  state: ConnectionState = 'connected';
  readonly events = new Emitter<Pick<SignalEvents, 'stateChanged'>>();

  become(state: ConnectionState): void {
    this.state = state;
    this.events.emit('stateChanged', state);
  }
}

function video(consumerId: string): ConsumerParameters {
  return { trackId: 'theirs', consumerId, kind: 'TRACK_KIND_VIDEO', paused: false };
}

function mine(id: string): Track {
  const { CAMERA } = TrackSource;
  return { id, participantId: 'me', kind: TrackKind.VIDEO, source: CAMERA, muted: false, originEdgeId: 'e' };
}

/** Somebody who sends a camera and receives another one, and is about to move. */
async function setUp({ sends = true, lost = false } = {}) {
  const clock = new VirtualClock();
  const connection = new InMemoryConnection();
  const local = new LocalTracks(
    async () => {},
    () => connection.state === 'connected',
    clock,
  );
  const remote = new RemoteTracks({ clock, request: async () => {}, isMuted: () => false });
  const shown: string[] = [];
  remote.events.on('subscribed', ({ media }) => shown.push(media.id));
  remote.events.on('unsubscribed', () => shown.push('nothing'));
  const [from, to] = [new InMemorySession(), new InMemorySession()];
  await local.reconcile(from, []);
  const media = new FakeMediaStreamTrack({ kind: 'video' });
  if (sends) await local.set({ source: TrackSource.CAMERA, media, muted: false, codec: 'VP8' });
  await remote.add(from, [video('old')]);
  const log: string[] = [];
  from.lost = lost;
  const migration = new Migration({ clock, connection, local, remote, from, to, onSwapped: () => log.push('swapped') });
  const pass = async (ms: number) => {
    for (let at = 0; at < ms; at += 50) {
      clock.advance(50);
      await settled();
    }
  };
  /** As the meeting does it. */
  const run = async () => {
    const swapped = await migration.swap([video('new')]);
    if (swapped) await migration.follow();
    log.push(swapped ? 'moved' : 'stayed');
  };
  return { clock, connection, local, remote, from, to, migration, shown, log, pass, run };
}

test('moves when the new session decodes, and goes on sending over both until viewers have followed', async () => {
  const { from, to, shown, log, pass, run, migration } = await setUp();
  void run();
  await pass(300);
  expect([shown, log]).toEqual([['old'], []]);
  to.receiver.decode('new');
  await pass(50);
  expect([shown, log]).toEqual([['old', 'new'], ['swapped']]);
  expect(migration.phase).toBe('following');
  expect([from.sender.last.closed, to.sender.last.closed]).toEqual([false, false]);
  await pass(2_000);
  expect(log).toEqual(['swapped', 'moved']);
  expect([from.sender.last.closed, to.sender.last.closed]).toEqual([true, false]);
});

test('who sends nothing keeps nobody waiting', async () => {
  const { to, log, pass, run } = await setUp({ sends: false });
  void run();
  await settled();
  to.receiver.decode('new');
  await pass(50);
  expect(log).toEqual(['swapped', 'moved']);
});

test('a dead edge has nothing more to send', async () => {
  const { from, to, log, pass, run } = await setUp();
  from.state = 'interrupted';
  void run();
  await settled();
  to.receiver.decode('new');
  await pass(50);
  expect(log).toEqual(['swapped', 'moved']);
});

test('a lost session is given up at once; what it brought last stays in view until the new one brings it', async () => {
  const { from, to, shown, log, pass, run } = await setUp({ lost: true });
  to.state = 'connecting';
  void run();
  await settled();
  expect([shown, log]).toEqual([['old'], ['swapped']]);
  await pass(300);
  expect([shown, log]).toEqual([['old'], ['swapped']]);
  to.state = 'connected';
  to.receiver.decode('new');
  await pass(50);
  expect([shown, log]).toEqual([
    ['old', 'new'],
    ['swapped', 'moved'],
  ]);
  expect([from.sender.last.closed, to.sender.last.closed]).toEqual([true, false]);
});

test('a session that does not connect in time changes nothing', async () => {
  const { from, to, shown, log, pass, run } = await setUp();
  to.state = 'connecting';
  void run();
  await pass(5_000);
  expect(log).toEqual(['stayed']);
  expect(shown).toEqual(['old']);
  expect([from.sender.last.closed, to.sender.last.closed]).toEqual([false, true]);
});

test('who sends and receives nothing yet moves when what they send reaches the other edge, and not before', async () => {
  for (const connects of [true, false]) {
    const { to, remote, migration, log, pass } = await setUp();
    remote.removeTrack('theirs');
    to.state = 'connecting';
    void migration.swap([]).then((swapped) => log.push(swapped ? 'moves' : 'stays'));
    await pass(1_000);
    expect(log).toEqual([]);
    if (connects) {
      to.state = 'connected';
      to.events.emit('stateChanged', 'connected');
    }
    await pass(4_000);
    expect(log).toEqual(connects ? ['swapped', 'moves'] : ['stays']);
  }
});

test('one track that does not arrive holds up the move only so long', async () => {
  const { shown, log, pass, run } = await setUp();
  void run();
  await pass(5_000);
  expect([shown, log]).toEqual([['old'], ['swapped']]);
  await pass(2_000);
  expect([shown, log]).toEqual([
    ['old', 'new'],
    ['swapped', 'moved'],
  ]);
});

test('a move that is ended before the swap is taken back at once', async () => {
  const { from, to, shown, log, run, migration } = await setUp();
  const running = run();
  await settled();
  migration.end();
  expect([from.sender.last.closed, to.sender.last.closed]).toEqual([false, true]);
  to.receiver.decode('new');
  await running;
  expect([shown, log]).toEqual([['old'], ['stayed']]);
});

test('a move that is ended after the swap is complete', async () => {
  const { from, to, log, pass, run, migration } = await setUp();
  const running = run();
  await settled();
  to.receiver.decode('new');
  await pass(50);
  migration.end();
  expect([from.sender.last.closed, to.sender.last.closed]).toEqual([true, false]);
  await running;
  expect(log).toEqual(['swapped', 'moved']);
});

test('who loses the connection before everything is published over the new session stays on the former one until it is back', async () => {
  const { connection, from, to, local, log, pass, run } = await setUp();
  to.sender.failure = new CanopyError('STATE_UNAVAILABLE');
  void run();
  await settled();
  connection.become('reconnecting');
  to.receiver.decode('new');
  await pass(10_000);
  expect([log, from.sender.last.closed]).toEqual([[], false]);
  to.sender.failure = null;
  connection.become('connected');
  await local.resumed([mine(from.sender.last.id)]);
  await pass(50);
  expect(log).toEqual(['swapped']);
  expect([from.sender.last.closed, to.sender.last.id]).toEqual([false, from.sender.last.id]);
  await pass(2_000);
  expect([log, from.sender.last.closed]).toEqual([['swapped', 'moved'], true]);
});

test('viewers who may be cut off as well have time to follow once the connection is back', async () => {
  const { connection, from, to, local, log, pass, run } = await setUp();
  void run();
  await settled();
  to.receiver.decode('new');
  await pass(1_000);
  connection.become('reconnecting');
  await pass(5_000);
  expect(from.sender.last.closed).toBe(false);
  connection.become('connected');
  await local.resumed([mine(from.sender.last.id)]);
  await pass(1_500);
  expect([log, from.sender.last.closed]).toEqual([['swapped'], false]);
  await pass(500);
  expect([log, from.sender.last.closed, to.sender.last.closed]).toEqual([['swapped', 'moved'], true, false]);
});
