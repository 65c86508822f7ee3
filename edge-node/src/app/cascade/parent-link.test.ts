import type { LinkEvent } from '@canopy/proto/edge_link';
import type { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { expect, test } from 'vitest';
import { parent, pulling, type ToyStream, toyLinks } from '../../testing/toy-links.ts';
import { settled } from '../../testing/toy-upstream.ts';
import type { ParentFeed } from './parent-feed.ts';
import { localAsker } from './upstream.ts';

test('what a link brought before its track was pulled anew hears that the link is lost', async () => {
  const { neighbours, streams, parentLinks } = toyLinks();
  let former: ParentFeed | undefined;
  await parentLinks.with(parent, async (link) => {
    former = await link.pull('t', 'parent', localAsker, pulling);
    neighbours.pull = () => new Promise(() => {});
    void link.pull('t', 'parent', localAsker, pulling);
  });
  streams[0]?.end();
  expect(former?.gone).toBe(true);
});

/** A link to a parent that can't be told what to send, and how often it was. */
function deafParent() {
  const all = toyLinks();
  let told = 0;
  all.neighbours.setFlow = async () => {
    told += 1;
    throw new CanopyError('TRACK_NOT_FOUND');
  };
  const pull = () =>
    all.parentLinks.with(parent, (link) => link.pull('t', 'parent', localAsker, { ...pulling, heldBack: true }));
  const toldWithin = async (ms: number) => {
    const before = told;
    for (let passed = 0; passed < ms; passed += 100) {
      all.clock.advance(100);
      await settled();
    }
    return told - before;
  };
  return { ...all, pull, toldWithin };
}

const ended: LinkEvent = { trackEnded: { trackId: 't', originEdgeId: 'parent' } };

test.each([
  ['the track is over', (stream: ToyStream | undefined) => stream?.say(ended)],
  ['the link is lost', (stream: ToyStream | undefined) => stream?.end()],
])('a parent is told no more what to send of a track once %s', async (_, end) => {
  const { streams, pull, toldWithin } = deafParent();
  (await pull()).keepFlowing();
  expect(await toldWithin(1_000)).toBeGreaterThan(0);
  end(streams[0]);
  expect(await toldWithin(1_000)).toBe(0);
});

test('a parent is not told what to send of a track that ended while it was being pulled anew', async () => {
  const { workers, streams, pull, toldWithin } = deafParent();
  await pull();
  for (const pipe of workers.pipes) pipe.onReceiving = () => streams[0]?.say(ended);
  await expect(pull()).rejects.toMatchObject({ code: 'TRACK_NOT_FOUND' });
  expect(await toldWithin(1_000)).toBe(0);
});

/** A link whose stream broke, and that is being looked at whether its media still comes: its only track has another way. */
async function doubtfulLink() {
  const all = toyLinks();
  const feed = await all.parentLinks.with(parent, (link) => link.pull('t', 'parent', localAsker, pulling));
  feed.watch();
  all.streams[0]?.end(new CanopyError('EDGE_UNREACHABLE'));
  return { ...all, feed };
}

test('a link that is being looked at whether its media still comes holds up nobody: the next is opened', async () => {
  const { clock, lost, streams, parentLinks } = await doubtfulLink();
  expect(await parentLinks.with(parent, async ({ up }) => up)).toBe(true);
  expect(streams).toHaveLength(2);
  await look(clock);
  expect(lost).toMatchObject([{ parentEdgeId: 'parent', switchedToBackup: true }]);
});

test('a link that nobody uses any more while it is being looked at is over', async () => {
  const { clock, lost, feed, parentLinks } = await doubtfulLink();
  feed.release();
  expect(parentLinks.size).toBe(0);
  await look(clock);
  expect(lost).toEqual([]);
});

/** A link that brings one track, two seconds after its parent spoke last. */
async function silentLink(arrives: () => number, muted = false) {
  const { clock, workers, streams, lost, parentLinks } = toyLinks(true, muted);
  await parentLinks.with(parent, async (link) => {
    await link.pull('t', 'parent', localAsker, pulling);
  });
  for (const pipe of workers.pipes) pipe.arrives = arrives;
  clock.advance(2_000);
  return { clock, streams, lost };
}

/** What takes a moment, or so many. */
async function look(clock: VirtualClock, moments = 1): Promise<void> {
  for (const ms of [10, ...Array<number>(moments).fill(40)]) {
    await settled();
    clock.advance(ms);
  }
  await settled();
}

test('a link is lost when nothing was said for two seconds and its media stopped, or nothing for four', async () => {
  const dead = await silentLink(() => 0);
  expect(dead.lost).toEqual([]);
  await look(dead.clock, 11);
  expect(dead.lost).toEqual([]);
  await look(dead.clock, 1);
  expect(dead.lost).toMatchObject([{ parentEdgeId: 'parent', mediaFlows: false }]);

  let packets = 0;
  const quietMicrophone = await silentLink(() => Math.floor(packets++ / 11));
  for (const quiet of [await silentLink(() => 1_000), quietMicrophone, await silentLink(() => 0, true)]) {
    await look(quiet.clock, 12);
    expect(quiet.lost).toEqual([]);
    quiet.clock.advance(2_000);
    expect(quiet.lost).toHaveLength(1);
  }
});

test('a link is not lost because this process stood still: what its parent said meanwhile is read afterwards', async () => {
  const { clock, streams, lost, parentLinks } = toyLinks();
  await parentLinks.with(parent, async (link) => {
    link.use();
  });
  clock.halt(10_000);
  streams[0]?.say({ alive: {} });
  clock.advance(3_999);
  expect(lost).toEqual([]);
  clock.advance(1);
  expect(lost).toMatchObject([{ parentEdgeId: 'parent' }]);
});

test('a link over which nothing comes while a track is being pulled is not lost', async () => {
  const { clock, neighbours, lost, parentLinks } = toyLinks();
  neighbours.pull = () => new Promise(() => {});
  void parentLinks.with(parent, (link) => link.pull('t', 'parent', localAsker, pulling));
  for (let second = 1; second <= 3; second++) {
    await settled();
    clock.advance(1_000);
  }
  await settled();
  expect(lost).toEqual([]);
});

test('what is held back is looked at while somebody keeps it flowing', async () => {
  const { clock, workers, parentLinks } = toyLinks();
  const feed = await parentLinks.with(parent, (link) =>
    link.pull('t', 'parent', localAsker, { ...pulling, heldBack: true }),
  );
  let looks = 0;
  for (const pipe of workers.pipes) pipe.arrives = () => ++looks;
  const unwatch = feed.watch();
  clock.advance(900);
  expect(looks).toBe(0);
  const looksWithin = async (ms: number) => {
    looks = 0;
    clock.advance(ms);
    await settled();
    return looks;
  };
  const stop = feed.keepFlowing();
  expect(await looksWithin(900)).toBeGreaterThan(0);
  stop();
  expect(await looksWithin(900)).toBe(0);
  feed.keepFlowing();
  expect(await looksWithin(900)).toBeGreaterThan(0);
  unwatch();
  expect(await looksWithin(900)).toBe(0);
});
