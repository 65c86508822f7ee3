import { TrackKind } from '@canopy/proto/media';
import { BackupPolicy } from '@canopy/proto/routing';
import { type Clock, systemClock } from '@canopy/runtime/clock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repeatAfterMs } from '../src/app/session/dropped-tracks.ts';
import { FakeViewer, type InProcessEdge, startInProcessEdge } from '../src/testing/index.ts';
import { Diamond, patience } from './support/diamond.ts';

const natsUrl = process.env.NATS_URL ?? '';
let diamond: Diamond;
let origin: InProcessEdge;
let leaf: InProcessEdge;

beforeAll(async () => {
  diamond = await Diamond.start(natsUrl);
  ({ origin, leaf } = diamond);
});

afterAll(() => diamond[Symbol.asyncDispose]());

/** The first waits for telling again that a track was dropped, ms. Other things may wait as long. */
const repeats = [repeatAfterMs, 2 * repeatAfterMs, 4 * repeatAfterMs];

/** The system's clock, but that the first waits for telling again that a track was dropped end when they are told to. */
class HeldClock implements Clock {
  readonly #held = new Map<() => void, number>();

  get held(): number[] {
    return [...this.#held.values()];
  }

  now(): number {
    return systemClock.now();
  }

  monotonicMs(): number {
    return systemClock.monotonicMs();
  }

  every(periodMs: number, callback: () => void): () => void {
    return systemClock.every(periodMs, callback);
  }

  after(delayMs: number, callback: () => void): () => void {
    if (!repeats.includes(delayMs)) return systemClock.after(delayMs, callback);
    this.#held.set(callback, delayMs);
    return () => this.#held.delete(callback);
  }

  release(): void {
    const callbacks = [...this.#held.keys()];
    this.#held.clear();
    for (const callback of callbacks) callback();
  }
}

test('an audio track is had again at once over the backup', async () => {
  const meetingId = 'audio-again';
  const main = await diamond.open(meetingId);
  await using _publisher = await diamond.publish(meetingId, 0);
  await using viewer = await diamond.view(meetingId);
  const before = await viewer.watch(origin.id, ['track'], TrackKind.AUDIO);
  await viewer.receives(before.added[0], 10);
  await main[Symbol.asyncDispose]();
  const closed = { meetingId, trackId: 'track' };
  await expect
    .poll(() => diamond.factsOf(meetingId).map(({ trackClosed }) => trackClosed), patience)
    .toContainEqual(expect.objectContaining(closed));
  // What can't be had just then is asked for again, as clients do.
  const answers: Awaited<ReturnType<FakeViewer['watch']>>[] = [];
  const watchAgain = async () => {
    const answer = await viewer.watch(origin.id, ['track'], TrackKind.AUDIO);
    answers.push(answer);
    return answer.refused;
  };
  await expect.poll(watchAgain, patience).toEqual([]);
  const removed = answers.flatMap(({ removedConsumerIds }) => removedConsumerIds);
  expect(removed).toEqual([before.added[0]?.consumerId]);
  await viewer.receives(answers.at(-1)?.added[0], 10);
});

test('that a track is to be had again is told again, until each of its viewers subscribed, wants it no longer, or left', async () => {
  const meetingId = 'told-again';
  const clock = new HeldClock();
  await using child = await startInProcessEdge('told-again', natsUrl, {}, { clock });
  const main = await diamond.open(meetingId, BackupPolicy.WARM, child);
  await using _publisher = await diamond.publish(meetingId, 0);
  await using stays = await diamond.view(meetingId, child, 'stays');
  await using turns = await diamond.view(meetingId, child, 'turns');
  await using leaves = await diamond.view(meetingId, child, 'leaves');
  // Of viewers who have it by different supplies each supply tells, the second time half a second after the first.
  await using first = await diamond.viewBothWays(meetingId, TrackKind.AUDIO, child);
  for (const viewer of [stays, turns, leaves]) await viewer.watch(origin.id, ['track'], TrackKind.AUDIO);
  await first.leave();
  const awaiting = () => {
    const { sessions } = child.context.edge.meetings.get(meetingId) ?? {};
    return [...(sessions ?? [])].flatMap(([id, { subscriptions }]) => (subscriptions.awaits('track') ? [id] : []));
  };
  expect([awaiting(), clock.held]).toEqual([[], []]);
  await main[Symbol.asyncDispose]();
  await expect.poll(awaiting, patience).toEqual(['stays', 'turns', 'leaves']);
  expect(clock.held).toContain(repeats[0]);
  clock.release();
  expect(clock.held).toContain(repeats[1]);
  await leaves.leave();
  await turns.watch(origin.id, []);
  expect(awaiting()).toEqual(['stays']);
  await stays.watch(origin.id, ['track'], TrackKind.AUDIO);
  expect(awaiting()).toEqual([]);
  clock.release();
  expect(clock.held).not.toContain(repeats[2]);
});

test.each([
  ['an audio track', TrackKind.AUDIO, { layers: 0 }],
  ['an SVC video', TrackKind.VIDEO, { codec: 'VP9' as const }],
])('a viewer who takes a second consumer of %s has it on without a word', async (name, kind, track) => {
  const meetingId = `second consumer of ${name}`.replaceAll(' ', '-');
  const main = await diamond.open(meetingId);
  await using publisher = await diamond.publish(meetingId, 1, track);
  const ids = { client: leaf.client, meetingId, participantId: 'v' };
  await using viewer = await FakeViewer.start({ ...ids, acceptsBackupConsumers: true });
  const [first, second] = await diamond.watchBothWays(meetingId, viewer, kind);
  expect([first?.backup ?? false, second?.backup]).toEqual([false, true]);
  await viewer.receives(first, 20);
  expect(viewer.packets(second)).toBe(0);
  const asked = publisher.keyFrameRequests;
  await main[Symbol.asyncDispose]();
  await viewer.receives(second, 20);
  expect(publisher.keyFrameRequests > asked).toBe(kind === TrackKind.VIDEO);
  expect(diamond.factsOf(meetingId).filter(({ trackClosed }) => trackClosed !== undefined)).toEqual([]);
  expect((await viewer.watch(origin.id, ['track'], kind)).removedConsumerIds).toEqual([]);
});
