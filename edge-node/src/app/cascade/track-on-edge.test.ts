import { expect, test } from 'vitest';
import { ToyFeed } from '../../testing/toy-feed.ts';
import { toyLingerMs as lingerMs, pulledTrack } from '../../testing/toy-upstream.ts';

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
