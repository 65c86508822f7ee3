import { CanopyError } from '@canopy/runtime/errors';
import { expect, test } from 'vitest';
import { ToyFeed } from '../../testing/toy-feed.ts';
import { pulledTrack, settled, toyLingerMs } from '../../testing/toy-upstream.ts';
import { localAsker } from './upstream.ts';

/** A track whose routes name two parents. */
function twoWayTrack() {
  const all = pulledTrack();
  all.upstream.spare = 'spare';
  const arranged: (() => void)[] = [];
  all.track.facts.on('arranged', () => {
    for (const listener of arranged) listener();
  });
  return { ...all, arranged };
}

test('what is chained to the second way brings that one only', async () => {
  const { upstream, track } = twoWayTrack();
  const holding = track.hold(0, localAsker, 'chained');
  await settled();
  expect(upstream.lanes).toEqual(['spare']);
  const spare = new ToyFeed('spare');
  await upstream.give(spare);
  expect((await holding).feed).toBe(spare);
  expect(upstream.lanes).toEqual(['spare']);
  expect(track.feeds).toEqual([spare]);
});

test('what is somebody’s second way brings the first one only, and nobody is said to watch', async () => {
  const { upstream, track } = twoWayTrack();
  const holding = track.hold(0, localAsker, 'backup');
  const main = new ToyFeed('parent');
  await upstream.give(main);
  await holding;
  expect(upstream.lanes).toEqual(['main']);
  expect(upstream.watched).toEqual([false]);
  expect(main.use).toBe('backup');
});

test('who comes to watch has both ways, and when all such have left the second is let go after a while', async () => {
  const { clock, upstream, track } = twoWayTrack();
  const backup = track.hold(0, localAsker, 'backup');
  const main = new ToyFeed('parent');
  await upstream.give(main);
  await backup;
  const watching = await track.hold(0);
  const spare = new ToyFeed('spare');
  await upstream.give(spare);
  expect([track.feeds, main.use, spare.use]).toEqual([[main, spare], 'first', 'backup']);
  watching.release();
  expect(main.use).toBe('backup');
  clock.advance(toyLingerMs - 1);
  expect(spare.released).toBe(false);
  clock.advance(1);
  expect([spare.released, main.released]).toEqual([true, false]);
  expect(track.feeds).toEqual([main]);
});

test('layers are asked for of the way that they are needed of', async () => {
  const { upstream, track } = twoWayTrack();
  upstream.chained = true;
  const [watching, backup, chained] = (['first', 'backup', 'chained'] as const).map((use) =>
    track.hold(0, localAsker, use),
  );
  const [main, spare] = [new ToyFeed('parent'), new ToyFeed('spare')];
  await upstream.giveTo('main', main);
  await upstream.giveTo('spare', spare);
  const holds = await Promise.all([watching, backup, chained]);
  for (const [at, hold] of holds.entries()) hold?.need(at + 1);
  expect([main.layers, spare.layers]).toEqual([2, 3]);
  holds[2]?.insist(true);
  expect([main.insisted, spare.insisted, spare.use]).toEqual([false, true, 'chained']);
});

test('whoever watches after what is chained has the first way', async () => {
  const { upstream, track } = twoWayTrack();
  const chained = track.hold(0, localAsker, 'chained');
  await upstream.give(new ToyFeed('spare'));
  await chained;
  const watching = track.hold(0);
  const main = new ToyFeed('parent');
  await upstream.give(main);
  expect((await watching).feed).toBe(main);
});

test('where the first way can not be had, whoever watches after what is chained has the second', async () => {
  const { clock, upstream, track } = twoWayTrack();
  const chained = track.hold(0, localAsker, 'chained');
  const spare = new ToyFeed('spare');
  await upstream.give(spare);
  await chained;
  const watching = track.hold(0);
  await upstream.refuse('EDGE_UNREACHABLE');
  clock.advance(300);
  expect((await watching).feed).toBe(spare);
});

test('a second way that took over still suits who is chained to it; one that is lost, or another, does not', async () => {
  const { upstream, track, arranged } = twoWayTrack();
  const holds = Promise.all([track.hold(0), track.hold(0, localAsker, 'chained')]);
  const [main, spare] = [new ToyFeed('parent'), new ToyFeed('spare')];
  await upstream.giveTo('main', main);
  await upstream.giveTo('spare', spare);
  await holds;
  expect([track.suits(spare, 'chained'), track.suits(spare, 'first'), track.suits(main, 'first')]).toEqual([
    true,
    false,
    true,
  ]);
  main.lose();
  expect([track.suits(spare, 'chained'), track.suits(spare, 'first')]).toEqual([true, true]);

  let told = false;
  arranged.push(() => {
    told ||= !track.suits(spare, 'chained');
  });
  // The plan makes it the first way: until there is another second one, it will do.
  [upstream.named, upstream.spare] = ['spare', 'new'];
  track.followRoutes();
  expect(told).toBe(false);
  await settled();
  await upstream.giveTo('spare', new ToyFeed('new'));
  expect(told).toBe(true);
});

test('there is no chain to a second way that the routes do not name', async () => {
  const { upstream, track } = pulledTrack();
  const refused = expect(track.hold(0, localAsker, 'chained')).rejects.toEqual(new CanopyError('ROUTE_NOT_FOUND'));
  await upstream.give(new ToyFeed('parent'));
  await refused;
});

test('a chain that would go round in a circle is refused', async () => {
  const { upstream, track } = twoWayTrack();
  const holding = track.hold(0, { path: ['child'], epoch: 1 }, 'chained');
  const refused = expect(holding).rejects.toEqual(new CanopyError('LOOP_DETECTED'));
  await upstream.give(new ToyFeed('spare', 'child'));
  await refused;
});

test('a parent hears at once what a track is taken for by a new plan, though the other way is not there yet', async () => {
  const { upstream, track } = twoWayTrack();
  upstream.chained = true;
  const holding = track.hold(0);
  const [main, spare] = [new ToyFeed('parent'), new ToyFeed('spare')];
  await upstream.giveTo('main', main);
  await upstream.giveTo('spare', spare);
  await holding;
  expect(spare.use).toBe('chained');
  main.lose();
  [upstream.named, upstream.spare, upstream.chained] = ['spare', 'silent', false];
  track.followRoutes();
  expect(spare.use).toBe('first');
});

test('a second way that only others hold ready may be held back when it is brought anew', async () => {
  const { clock, upstream, track } = twoWayTrack();
  const holding = track.hold(0, localAsker, 'chained');
  const spare = new ToyFeed('spare');
  await upstream.give(spare);
  await holding;
  spare.lose();
  clock.advance(200);
  await settled();
  expect(upstream.lanes).toEqual(['spare', 'spare']);
  expect(upstream.asBackups).toEqual([true, true]);
});

test('a hold that fails leaves nothing behind of what it was for', async () => {
  const { upstream, track } = twoWayTrack();
  const holding = [track.hold(0, localAsker, 'backup'), track.hold(0, localAsker, 'chained')];
  const [main, spare] = [new ToyFeed('parent', 'child'), new ToyFeed('spare')];
  await upstream.giveTo('main', main);
  await upstream.giveTo('spare', spare);
  const [backup] = await Promise.all(holding);
  const refused = expect(track.hold(0, { path: ['child'], epoch: 1 })).rejects.toEqual(
    new CanopyError('LOOP_DETECTED'),
  );
  backup?.need(2);
  expect(main.use).toBe('first');
  await refused;
  expect(main.use).toBe('backup');
});
