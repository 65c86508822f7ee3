import { expect, test } from 'vitest';
import { ToyFeed } from '../../testing/toy-feed.ts';
import { toyLingerMs as lingerMs, pulledTrack, settled } from '../../testing/toy-upstream.ts';

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
