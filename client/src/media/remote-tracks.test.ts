import type { ConsumerParameters } from '@canopy/proto/media';
import { VirtualClock } from '@canopy/runtime/clock';
import { expect, test } from 'vitest';
import { InMemoryReceiver, settled } from '../testing/in-memory-receiver.ts';
import { RemoteTracks } from './remote-tracks.ts';

function video(trackId: string, consumerId: string, fields: Partial<ConsumerParameters> = {}): ConsumerParameters {
  return { trackId, consumerId, kind: 'TRACK_KIND_VIDEO', paused: false, ...fields };
}

function setUp() {
  const clock = new VirtualClock();
  const log: string[] = [];
  const muted = new Set<string>();
  const ready: string[] = [];
  const network = { works: true };
  const remote = new RemoteTracks({
    clock,
    isMuted: (trackId) => muted.has(trackId),
    request: async ({ consumersReady }) => {
      if (!network.works) throw new Error('swallowed');
      ready.push(...(consumersReady?.consumerIds ?? []));
    },
  });
  remote.events.on('subscribed', ({ trackId, media }) => log.push(`${trackId} comes by ${media.id}`));
  remote.events.on('unsubscribed', ({ trackId }) => log.push(`${trackId} is gone`));
  const session = new InMemoryReceiver();
  const next = new InMemoryReceiver();
  /** Lets time pass and everything that waits for it happen. */
  const pass = async (ms: number) => {
    for (let at = 0; at < ms; at += 50) {
      clock.advance(50);
      await settled();
    }
  };
  return { clock, remote, session, next, log, muted, ready, network, pass };
}

test('a track that is new is shown at once', async () => {
  const { remote, session, log } = setUp();
  await remote.add(session, [video('cam', 'c1')]);
  expect(log).toEqual(['cam comes by c1']);
});

test('the old way plays until the new one has decoded its first frame', async () => {
  const { remote, session, next, log, pass } = setUp();
  await remote.add(session, [video('cam', 'c1')]);
  await remote.add(next, [video('cam', 'c2')]);
  await pass(1_000);
  expect(log).toEqual(['cam comes by c1']);
  next.decode('c2');
  await pass(50);
  expect(log).toEqual(['cam comes by c1', 'cam comes by c2']);
  expect(session.consumer('c1').closed).toBe(true);
});

test('a session that is lost is not asked to close what another one brings now', async () => {
  const { remote, session, next, log, pass } = setUp();
  await remote.add(session, [video('cam', 'c1')]);
  session.lost = true;
  await remote.add(next, [video('cam', 'c2')]);
  next.decode('c2');
  await pass(50);
  expect(log.at(-1)).toBe('cam comes by c2');
  expect(session.consumer('c1').closed).toBe(false);
});

test('a track whose consumer the server replaced keeps its last picture until the new one is there', async () => {
  const { remote, session, log, pass } = setUp();
  await remote.add(session, [video('cam', 'c1')]);
  await remote.add(session, [video('cam', 'c2')]);
  remote.remove(['c1']);
  expect(log).toEqual(['cam comes by c1']);
  session.decode('c2');
  await pass(50);
  expect(log.at(-1)).toBe('cam comes by c2');
});

test('a track that is muted has no frame to wait for', async () => {
  const { remote, session, next, log, muted } = setUp();
  await remote.add(session, [video('cam', 'c1')]);
  muted.add('cam');
  await remote.add(next, [video('cam', 'c2')]);
  await settled();
  expect(log.at(-1)).toBe('cam comes by c2');
});

test('a new way that never delivers takes over in the end: the old one is not coming back', async () => {
  const { remote, session, log, pass } = setUp();
  await remote.add(session, [video('cam', 'c1')]);
  await remote.add(session, [video('cam', 'c2')]);
  await pass(6_000);
  expect(log.at(-1)).toBe('cam comes by c2');
});

test('tells when all that is new delivers, but for what is muted or gone', async () => {
  const { remote, session, log, muted, pass } = setUp();
  muted.add('covered');
  await remote.add(session, [video('cam', 'c1'), video('screen', 'c2'), video('covered', 'c3'), video('gone', 'c4')]);
  void remote.delivering(['cam', 'screen', 'covered', 'gone']).then(() => log.push('delivered'));
  remote.removeTrack('gone');
  session.decode('c1');
  await pass(1_000);
  expect(log).not.toContain('delivered');
  session.decode('c2');
  await pass(50);
  expect(log).toContain('delivered');
});

test('a sound that is silent both ways keeps nobody waiting once the new session delivers, one that still plays does', async () => {
  const { remote, session, next, log, pass } = setUp();
  const audio = { kind: 'TRACK_KIND_AUDIO' } as const;
  await remote.add(session, [video('cam', 'c1'), video('hushed', 'h1', audio), video('heard', 'm1', audio)]);
  await remote.add(next, [video('cam', 'c2'), video('hushed', 'h2', audio), video('heard', 'm2', audio)]);
  await pass(1_500);
  expect(log).toHaveLength(3);
  next.decode('c2');
  for (let played = 0; played < 6; played++) {
    session.decode('m1');
    await pass(200);
  }
  expect(log.slice(3)).toEqual(['cam comes by c2', 'hushed comes by h2']);
  next.decode('m2');
  await pass(50);
  expect(log.at(-1)).toBe('heard comes by m2');
});

test('a clock that is set back keeps nobody waiting, neither for what never delivers nor for what is silent', async () => {
  const { clock, remote, session, next, log, pass } = setUp();
  await remote.add(session, [
    video('cam', 'c1'),
    video('dead', 'd1'),
    video('hushed', 'h1', { kind: 'TRACK_KIND_AUDIO' }),
  ]);
  await remote.add(next, [
    video('cam', 'c2'),
    video('dead', 'd2'),
    video('hushed', 'h2', { kind: 'TRACK_KIND_AUDIO' }),
  ]);
  clock.set(-3_600_000);
  next.decode('c2');
  await pass(1_500);
  expect(log.slice(3)).toEqual(['cam comes by c2', 'hushed comes by h2']);
  await pass(4_500);
  expect(log.at(-1)).toBe('dead comes by d2');
});

test('the third way replaces the second, which never got its turn', async () => {
  const { remote, session, next, log, pass } = setUp();
  await remote.add(session, [video('cam', 'c1')]);
  await remote.add(session, [video('cam', 'c2')]);
  await remote.add(next, [video('cam', 'c3')]);
  session.decode('c2');
  next.decode('c3');
  await pass(50);
  expect(log).toEqual(['cam comes by c1', 'cam comes by c3']);
  expect(session.consumer('c2').closed).toBe(true);
});

test('leaving a session ends what came over it, but for what another session is about to bring', async () => {
  const { remote, session, next, log } = setUp();
  await remote.add(session, [video('cam', 'c1'), video('screen', 's1')]);
  await remote.add(next, [video('cam', 'c2')]);
  remote.leave(session);
  expect(log.slice(2)).toEqual(['cam comes by c2', 'screen is gone']);
  expect([remote.has('cam'), remote.has('screen')]).toEqual([true, false]);
});

test('leaving the new session instead leaves everything as it was', async () => {
  const { remote, session, next, log, pass } = setUp();
  await remote.add(session, [video('cam', 'c1')]);
  await remote.add(next, [video('cam', 'c2'), video('screen', 's2')]);
  remote.leave(next);
  next.decode('c2');
  await pass(100);
  expect(remote.receiving.map(({ media }) => media.id)).toEqual(['c1']);
  expect(log).toEqual(['cam comes by c1', 'screen comes by s2', 'screen is gone']);
});

test('a consumer that is made too late is closed unseen', async () => {
  const { remote, session, log } = setUp();
  const gate = Promise.withResolvers<void>();
  session.gate = gate.promise;
  const adding = remote.add(session, [video('cam', 'c1')]);
  remote.removeTrack('cam');
  gate.resolve();
  await adding;
  expect(session.consumer('c1').closed).toBe(true);
  expect(log).toEqual([]);
});

test('a replacement that the browser refuses leaves the track as it is', async () => {
  const { remote, session, next, log } = setUp();
  await remote.add(session, [video('cam', 'c1')]);
  next.failure = new Error('no such codec');
  await remote.add(next, [video('cam', 'c2')]);
  expect(log).toEqual(['cam comes by c1']);
  expect(remote.has('cam')).toBe(true);
});

test('the server hears which consumers are ready, and again when the connection swallowed it', async () => {
  const { remote, session, ready, network } = setUp();
  network.works = false;
  await expect(remote.add(session, [video('cam', 'c1', { paused: true }), video('screen', 's1')])).rejects.toThrow();
  network.works = true;
  await remote.announceReady();
  expect(ready).toEqual(['c1']);
});

test('a server that refuses to hear which consumers are ready is told again by itself', async () => {
  const { remote, session, ready, network, pass } = setUp();
  network.works = false;
  await expect(remote.add(session, [video('cam', 'c1', { paused: true })])).rejects.toThrow();
  await pass(1_500);
  network.works = true;
  await pass(1_000);
  expect(ready).toEqual(['c1']);
  await pass(5_000);
  expect(ready).toEqual(['c1']);
});

test('the server hears once of each consumer, also of those that become ready at the same time', async () => {
  const { remote, session, ready } = setUp();
  await Promise.all([
    remote.add(session, [video('cam', 'c1', { paused: true })]),
    remote.add(session, [video('screen', 's1', { paused: true })]),
  ]);
  expect(ready.toSorted()).toEqual(['c1', 's1']);
});

test('everybody is waited for, and nobody longer than needed', async () => {
  const { remote, session, next, pass } = setUp();
  await remote.add(session, [video('cam', 'c1'), video('screen', 's1')]);
  await remote.add(next, [video('cam', 'c2'), video('screen', 's2')]);
  let all = false;
  void remote.settled().then(() => {
    all = true;
  });
  next.decode('c2');
  await pass(200);
  expect(all).toBe(false);
  next.decode('s2');
  await pass(50);
  expect(all).toBe(true);
});

test('of two consumers of a track, the one that speaks is shown, whichever it is', async () => {
  const { remote, session, log, ready, pass } = setUp();
  await remote.add(session, [video('cam', 'c1'), video('cam', 'b1', { paused: true, backup: true })]);
  const play = async (consumerId: string) => {
    for (let frame = 0; frame < 4; frame++) {
      session.decode(consumerId);
      await pass(100);
    }
  };
  await play('c1');
  expect(log).toEqual(['cam comes by c1']);
  await play('b1');
  expect(log).toEqual(['cam comes by c1', 'cam comes by b1']);
  await play('c1');
  expect(log).toEqual(['cam comes by c1', 'cam comes by b1', 'cam comes by c1']);
  expect(ready).toEqual([]);
  remote.removeTrack('cam');
  expect([session.consumer('c1').closed, session.consumer('b1').closed]).toEqual([true, true]);
});
