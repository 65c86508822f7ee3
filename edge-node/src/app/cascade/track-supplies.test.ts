import { expect, test } from 'vitest';
import { ToyFeed } from '../../testing/toy-feed.ts';
import { pulledTrack, settled } from '../../testing/toy-upstream.ts';

test('viewers stay when the way they fall back on is another one, but keep a way that the routes have left for a while only', async () => {
  const { clock, upstream, track } = pulledTrack();
  upstream.spare = 'b';
  const viewing = track.view(0, true, () => 1);
  const [a, b] = [new ToyFeed('parent'), new ToyFeed('b')];
  await upstream.give(b);
  await upstream.give(a);
  const seen: string[] = [];
  const viewed = await viewing;
  viewed.facts.on('closed', () => seen.push('closed'));
  track.facts.on('dropped', () => seen.push('dropped'));
  upstream.spare = 'c';
  track.followRoutes();
  await upstream.give(new ToyFeed('c'));
  expect([seen, a.released, b.released, viewed.isOutdated()]).toEqual([[], false, true, false]);
  upstream.named = 'c';
  upstream.spare = 'd';
  track.followRoutes();
  await upstream.give(new ToyFeed('d'));
  expect(track.feeds.map(({ parentId }) => parentId)).toEqual(['c', 'd']);
  expect([seen, a.released, viewed.isOutdated()]).toEqual([['dropped'], false, true]);
  clock.advance(10_000);
  expect([seen, a.released]).toEqual([['dropped', 'closed', 'dropped'], true]);
});

test('a way that the routes have left is let go with the last of its viewers', async () => {
  const { clock, upstream, track } = pulledTrack();
  const viewing = track.view(0, true, () => 1);
  const feed = new ToyFeed('parent');
  await upstream.give(feed);
  const seen: string[] = [];
  track.facts.on('dropped', () => seen.push('dropped'));
  upstream.named = 'other';
  track.followRoutes();
  await upstream.give(new ToyFeed('other'));
  const next = await track.view(0, true, () => 1);
  expect([feed.released, next.isOutdated()]).toEqual([false, false]);
  (await viewing).release();
  expect(feed.released).toBe(true);
  clock.advance(10_000);
  expect(seen).toEqual(['dropped']);
});

test('a way that the routes have left is kept as long as a child has what came by it', async () => {
  const { upstream, track } = pulledTrack();
  const feed = new ToyFeed('parent');
  const holding = track.hold(0);
  await upstream.give(feed);
  upstream.named = 'other';
  track.followRoutes();
  await upstream.give(new ToyFeed('other'));
  expect([track.feed?.parentId, feed.released]).toEqual(['other', false]);
  (await holding).release();
  expect(feed.released).toBe(true);
});

test('viewers whose way seems silent, and who can fall back on none, keep it while they take the track anew', async () => {
  const { clock, upstream, track } = pulledTrack();
  const viewing = track.view(0, true, () => 1);
  const feed = new ToyFeed('parent');
  await upstream.give(feed);
  const seen: string[] = [];
  const viewed = await viewing;
  viewed.facts.on('closed', () => seen.push('closed'));
  track.facts.on('dropped', () => seen.push('dropped'));
  upstream.spare = 'other';
  track.followRoutes();
  await upstream.give(new ToyFeed('other'));
  feed.facts.emit('silent', { idleMs: 200, busyMs: 0 });
  expect([track.feed?.parentId, seen, viewed.isOutdated()]).toEqual(['other', ['dropped'], true]);
  clock.advance(9_999);
  expect(seen).toEqual(['dropped']);
  clock.advance(1);
  expect(seen).toEqual(['dropped', 'closed', 'dropped']);
});

/** A held track whose routes name two ways, both there. */
async function cameBothWays() {
  const all = pulledTrack();
  const { upstream, track } = all;
  upstream.spare = 'other';
  const holding = track.hold(0);
  const [feed, other] = [new ToyFeed('parent'), new ToyFeed('other')];
  await upstream.give(other);
  await upstream.give(feed);
  await holding;
  await settled();
  return { ...all, feed, other };
}

test('a way that was left for a pause is used again after a while, unless it pauses still or was lost meanwhile', async () => {
  const { clock, track, feed, other } = await cameBothWays();
  const paused = { idleMs: 200, busyMs: 0 };
  feed.facts.emit('silent', paused);
  feed.received = paused;
  clock.advance(10_000);
  expect(track.feed).toBe(other);
  feed.received = other.received;
  clock.advance(9_999);
  expect(track.feed).toBe(other);
  clock.advance(1);
  expect(track.feed).toBe(feed);
  feed.facts.emit('silent', paused);
  feed.lose();
  clock.advance(10_000);
  expect(track.feed).toBe(other);
});

test('a way that is only slower to begin than the other is used as soon as it has begun', async () => {
  const { clock, track, feed, other } = await cameBothWays();
  feed.received = { idleMs: 200, busyMs: 0, begun: false };
  feed.facts.emit('silent', feed.received);
  clock.advance(1_000);
  expect(track.feed).toBe(other);
  feed.received = { idleMs: 0, busyMs: 20, begun: true };
  clock.advance(500);
  expect(track.feed).toBe(feed);
});

test('a way that was lost and is there again is used as late as one that paused', async () => {
  const { clock, upstream, track, feed, other } = await cameBothWays();
  const again = new ToyFeed('parent');
  feed.lose();
  again.received = { idleMs: 200, busyMs: 0, begun: false };
  await upstream.give(again);
  again.received = { idleMs: 0, busyMs: 20, begun: true };
  clock.advance(9_999);
  expect(track.feed).toBe(other);
  clock.advance(1);
  expect(track.feed).toBe(again);
});

test('who stayed on what it had, when its parent fell back, keeps it once the parent’s way is well again', async () => {
  const { clock, upstream, track } = pulledTrack();
  upstream.spare = 'spare';
  const watching = track.view(0, true, () => 1);
  const main = new ToyFeed('parent');
  await upstream.giveTo('main', main);
  await upstream.giveTo('spare', new ToyFeed('spare'));
  const { isOutdated, usesStandby } = await watching;
  const facts: string[] = [];
  track.facts.on('dropped', () => facts.push('dropped'));

  main.neglect(true);
  await settled();
  await upstream.giveTo('main', new ToyFeed('parent'));
  clock.advance(60_000);
  await settled();
  expect([facts, usesStandby(), isOutdated()]).toEqual([[], true, false]);
});
