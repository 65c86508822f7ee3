import { expect, test } from 'vitest';
import { ToyFeed } from '../../testing/toy-feed.ts';
import { toyLingerMs as lingerMs, pulledTrack, settled } from '../../testing/toy-upstream.ts';

test('holds that come while a track is being pulled share one pull', async () => {
  const { upstream, track } = pulledTrack();
  const holds = Promise.all([track.hold(0), track.hold(0), track.hold(0)]);
  await upstream.give(new ToyFeed('parent'));
  expect(await holds).toHaveLength(3);
  expect(upstream.opened).toHaveLength(1);
  expect(track.demand).toBe(3);
});

test('a pull that fails is told to everybody who waits, and leaves nothing behind', async () => {
  const { upstream, track, facts } = pulledTrack();
  const holds = Promise.allSettled([track.hold(0), track.hold(0)]);
  await upstream.refuse('ROUTE_NOT_FOUND');
  const refused = { status: 'rejected', reason: expect.objectContaining({ code: 'ROUTE_NOT_FOUND' }) };
  expect(await holds).toEqual([refused, refused]);
  expect(facts).toEqual(['closed']);
  expect(track.demand).toBe(0);
});

test('a track is let go a while after its last hold, not before', async () => {
  const { clock, upstream, track, facts } = pulledTrack();
  const feed = new ToyFeed('parent');
  const holding = track.hold(0);
  await upstream.give(feed);
  (await holding).release();
  clock.advance(lingerMs - 1);
  expect(feed.released).toBe(false);
  const again = await track.hold(0);
  clock.advance(lingerMs);
  expect(feed.released).toBe(false);
  again.release();
  again.release();
  clock.advance(lingerMs);
  expect(feed.released).toBe(true);
  expect(facts).toEqual(['closed']);
});

test('a track that is lost is pulled again, with pauses that grow, and the old feed serves until then', async () => {
  const { clock, upstream, track, facts } = pulledTrack();
  const [lost, found] = [new ToyFeed('parent'), new ToyFeed('parent')];
  const holding = track.hold(0);
  await upstream.give(lost);
  const hold = await holding;
  track.facts.on('replaced', () => hold.release());
  lost.lose();
  await upstream.refuse('EDGE_UNREACHABLE');
  clock.advance(199);
  await settled();
  expect(upstream.opened).toHaveLength(2);
  clock.advance(1);
  await settled();
  expect(upstream.opened).toHaveLength(3);
  expect(lost.released).toBe(false);
  await upstream.give(found);
  expect([lost.released, found.released, facts]).toEqual([true, false, ['replaced']]);
});

test('that the only way is lost is told at once, and no more when there is another: who asks again meanwhile waits for it', async () => {
  const { upstream, track, facts } = pulledTrack();
  const [lost, found] = [new ToyFeed('parent'), new ToyFeed('parent')];
  const holding = track.hold(0);
  await upstream.give(lost);
  const hold = await holding;
  lost.lose();
  expect(facts).toEqual(['replaced']);
  hold.release();
  const again = track.hold(0);
  await upstream.give(found);
  expect([(await again).feed, facts]).toEqual([found, ['replaced']]);
});

test('a parent that does not answer is waited for no longer than the routes name it, and what it brings late is let go', async () => {
  const { upstream, track } = pulledTrack();
  const [lost, late] = [new ToyFeed('parent'), new ToyFeed('parent')];
  const holding = track.hold(0);
  await upstream.give(lost);
  await holding;
  lost.lose();
  upstream.named = 'other';
  track.followRoutes();
  await settled();
  expect(upstream.opened).toHaveLength(3);
  await upstream.give(late);
  await upstream.give(new ToyFeed('other'));
  expect([late.released, track.feed?.parentId]).toEqual([true, 'other']);
});

test('a lost track that its origin no longer has is over', async () => {
  const { upstream, track, facts } = pulledTrack();
  const feed = new ToyFeed('parent');
  const holding = track.hold(0);
  await upstream.give(feed);
  const hold = await holding;
  track.facts.on('closed', () => hold.release());
  feed.lose();
  await upstream.refuse('TRACK_NOT_FOUND');
  expect([feed.released, facts]).toEqual([true, ['replaced', 'closed']]);
});

test('a pull that ends after nobody wants the track any more is let go', async () => {
  const { clock, upstream, track } = pulledTrack();
  const [lost, late] = [new ToyFeed('parent'), new ToyFeed('parent')];
  const holding = track.hold(0);
  await upstream.give(lost);
  lost.lose();
  (await holding).release();
  clock.advance(lingerMs);
  await upstream.give(late);
  expect([lost.released, late.released]).toEqual([true, true]);
});

test('a change of routes while a track is being pulled is followed afterwards', async () => {
  const { upstream, track, facts } = pulledTrack();
  const holding = track.hold(0);
  upstream.named = 'other';
  track.followRoutes();
  await upstream.give(new ToyFeed('parent'));
  await holding;
  expect(upstream.opened).toHaveLength(2);
  await upstream.give(new ToyFeed('other'));
  expect(facts).toEqual(['replaced']);
  expect(track.feed?.parentId).toBe('other');
});

test('both ways are asked for at once, and the second joins the first', async () => {
  const { upstream, track } = pulledTrack();
  upstream.spare = 'other';
  const holding = track.hold(0);
  expect(upstream.opened).toHaveLength(2);
  await upstream.give(new ToyFeed('other'));
  await upstream.give(new ToyFeed('parent'));
  await holding;
  await settled();
  expect(upstream.opened).toHaveLength(2);
  expect(track.feeds.map(({ parentId }) => parentId)).toEqual(['parent', 'other']);
});

test('a second way that was lost before the first came is asked for again', async () => {
  const { upstream, track } = pulledTrack();
  upstream.spare = 'other';
  const holding = track.hold(0);
  const lost = new ToyFeed('other');
  await upstream.give(lost);
  lost.lose();
  await upstream.give(new ToyFeed('parent'));
  await holding;
  await settled();
  expect(lost.released).toBe(true);
  expect(upstream.opened).toHaveLength(3);
});

test('a first pull that fails lets go of the second way', async () => {
  const { upstream, track } = pulledTrack();
  upstream.spare = 'other';
  const holding = expect(track.hold(0)).rejects.toMatchObject({ code: 'ROUTE_NOT_FOUND' });
  const second = new ToyFeed('other');
  await upstream.give(second);
  await upstream.refuse('ROUTE_NOT_FOUND');
  await holding;
  await settled();
  expect(second.released).toBe(true);
});

test.each(['EDGE_UNREACHABLE', 'TIMEOUT'] as const)(
  'where the first way can not be had for now (%s), the second serves',
  async (code) => {
    const { upstream, track } = pulledTrack();
    upstream.spare = 'other';
    const holding = track.hold(0);
    await upstream.give(new ToyFeed('other'));
    await upstream.refuse(code);
    await expect(holding).resolves.toMatchObject({ feed: { parentId: 'other' } });
    expect(upstream.opened).toHaveLength(3);
  },
);

test('a second way that does not answer holds up nobody when the first is lost', async () => {
  const { upstream, track } = pulledTrack();
  const holding = track.hold(0);
  const main = new ToyFeed('parent');
  await upstream.give(main);
  await holding;
  upstream.spare = 'silent';
  track.followRoutes();
  await settled();
  expect(upstream.lanes).toEqual(['main', 'spare']);
  main.lose();
  await settled();
  expect(upstream.lanes).toEqual(['main', 'spare', 'main']);
  const late = new ToyFeed('silent');
  await upstream.give(late);
  await upstream.give(new ToyFeed('parent'));
  expect([track.feed?.parentId, late.released]).toEqual(['parent', true]);
});

test('nor does one that was asked for beside the first', async () => {
  const { upstream, track } = pulledTrack();
  upstream.spare = 'silent';
  const holding = track.hold(0);
  const main = new ToyFeed('parent');
  await upstream.giveTo('main', main);
  await holding;
  main.lose();
  await settled();
  expect(upstream.lanes).toEqual(['spare', 'main', 'main']);
});

test('a second way that the routes name no more when the first is there is let go', async () => {
  const { upstream, track } = pulledTrack();
  upstream.spare = 'other';
  const holding = track.hold(0);
  upstream.spare = undefined;
  track.followRoutes();
  const other = new ToyFeed('other');
  await upstream.giveTo('spare', other);
  await upstream.giveTo('main', new ToyFeed('parent'));
  await holding;
  await settled();
  expect(other.released).toBe(true);
});

test('a second way that the routes made the first meanwhile is not asked for twice', async () => {
  const { upstream, track } = pulledTrack();
  upstream.spare = 'other';
  const holding = track.hold(0);
  upstream.named = 'other';
  upstream.spare = 'third';
  await upstream.give(new ToyFeed('other'));
  await upstream.give(new ToyFeed('parent'));
  await holding;
  expect(track.feed?.parentId).toBe('other');
  await upstream.give(new ToyFeed('third'));
  expect(upstream.opened).toHaveLength(3);
  expect(track.feeds.map(({ parentId }) => parentId)).toEqual(['other', 'third']);
});

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

test('a way that was left for a pause is used again after a while, unless it pauses still or was lost meanwhile', async () => {
  const { clock, upstream, track } = pulledTrack();
  upstream.spare = 'other';
  const holding = track.hold(0);
  const [feed, other] = [new ToyFeed('parent'), new ToyFeed('other')];
  await upstream.give(other);
  await upstream.give(feed);
  await holding;
  await settled();
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
  const { clock, upstream, track } = pulledTrack();
  upstream.spare = 'other';
  const holding = track.hold(0);
  const [feed, other] = [new ToyFeed('parent'), new ToyFeed('other')];
  await upstream.give(other);
  await upstream.give(feed);
  await holding;
  await settled();
  feed.received = { idleMs: 200, busyMs: 0, begun: false };
  feed.facts.emit('silent', feed.received);
  clock.advance(1_000);
  expect(track.feed).toBe(other);
  feed.received = { idleMs: 0, busyMs: 20, begun: true };
  clock.advance(500);
  expect(track.feed).toBe(feed);
});

test('a way that was lost and is there again is used as late as one that paused', async () => {
  const { clock, upstream, track } = pulledTrack();
  upstream.spare = 'other';
  const holding = track.hold(0);
  const [feed, other, again] = [new ToyFeed('parent'), new ToyFeed('other'), new ToyFeed('parent')];
  await upstream.give(other);
  await upstream.give(feed);
  await holding;
  await settled();
  feed.lose();
  again.received = { idleMs: 200, busyMs: 0, begun: false };
  await upstream.give(again);
  again.received = { idleMs: 0, busyMs: 20, begun: true };
  clock.advance(9_999);
  expect(track.feed).toBe(other);
  clock.advance(1);
  expect(track.feed).toBe(again);
});

test('an edge that the track came through is refused', async () => {
  const { upstream, track } = pulledTrack();
  const holding = track.hold(0);
  await upstream.give(new ToyFeed('parent', 'above'));
  await holding;
  await expect(track.hold(0, { path: ['above'], epoch: 1 })).rejects.toMatchObject({ code: 'LOOP_DETECTED' });
  expect(track.demand).toBe(1);
});

test('an edge that asks while the track is being pulled has its path carried up, so that a circle of waiting edges is refused', async () => {
  const { upstream, track } = pulledTrack();
  const holding = track.hold(0);
  const asker = { path: ['below'], epoch: 1 };
  await expect(track.hold(0, asker)).rejects.toMatchObject({ code: 'LOOP_DETECTED' });
  expect(upstream.probed).toEqual([asker]);
  await upstream.give(new ToyFeed('parent'));
  await expect(holding).resolves.toMatchObject({ feed: { parentId: 'parent' } });
});

test('a hold does not wait for ever', async () => {
  const { clock, track } = pulledTrack();
  const holding = expect(track.hold(0)).rejects.toMatchObject({ code: 'TIMEOUT' });
  clock.advance(5_000);
  await holding;
});

test('a track is brought with the layers that the most demanding of its holders needs', async () => {
  const { upstream, track } = pulledTrack();
  const feed = new ToyFeed('parent');
  const holding = Promise.all([track.hold(0), track.hold(0)]);
  await upstream.give(feed);
  const [one, other] = await holding;
  expect(feed.layers).toBe(Number.POSITIVE_INFINITY);
  one.need(1);
  other.need(2);
  expect(feed.layers).toBe(2);
  other.release();
  other.need(3);
  expect(feed.layers).toBe(1);
  one.release();
  expect(feed.layers).toBe(1);
});

test('a new way is asked for what is needed already', async () => {
  const { upstream, track } = pulledTrack();
  const holding = track.hold(0);
  await upstream.give(new ToyFeed('parent'));
  (await holding).need(2);
  upstream.named = 'other';
  track.followRoutes();
  const next = new ToyFeed('other');
  await upstream.give(next);
  expect(next.layers).toBe(2);
});

test('a track is insisted on while one of its holders does, also of a new way', async () => {
  const { upstream, track } = pulledTrack();
  const [feed, next] = [new ToyFeed('parent'), new ToyFeed('other')];
  const holding = Promise.all([track.hold(0), track.hold(0)]);
  await upstream.give(feed);
  const [one, other] = await holding;
  one.insist(true);
  other.insist(true);
  one.insist(false);
  expect(feed.insisted).toBe(true);
  upstream.named = 'other';
  track.followRoutes();
  await upstream.give(next);
  expect(next.insisted).toBe(true);
  other.release();
  other.insist(true);
  expect(next.insisted).toBe(false);
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
