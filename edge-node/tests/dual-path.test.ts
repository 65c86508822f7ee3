import { TrackKind } from '@canopy/proto/media';
import { BackupPolicy } from '@canopy/proto/routing';
import { type Clock, systemClock } from '@canopy/runtime/clock';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repeatAfterMs } from '../src/app/session/dropped-tracks.ts';
import {
  EdgeGroup,
  FakePublisher,
  type FakePublisherOptions,
  FakeViewer,
  type InProcessEdge,
  MediaWatch,
  routeTable,
  startInProcessEdge,
  twoWayTable,
} from '../src/testing/index.ts';

const natsUrl = process.env.NATS_URL ?? '';
const patience = { timeout: 20_000, interval: 20 };
const media = new MediaWatch();
let group: EdgeGroup<'origin' | 'spare' | 'leaf' | 'below'>;
let origin: InProcessEdge;
let spare: InProcessEdge;
let leaf: InProcessEdge;
let below: InProcessEdge;

beforeAll(async () => {
  group = await EdgeGroup.start(natsUrl, ['origin', 'spare', 'leaf', 'below']);
  ({ origin, spare, leaf, below } = group.edges);
});

afterAll(() => group[Symbol.asyncDispose]());

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

/** origin → main and spare → leaf. The main relay is made for the test, to be lost in it. */
async function diamond(meetingId: string, policy?: BackupPolicy, child = leaf): Promise<InProcessEdge> {
  const main = await startInProcessEdge(`main-${meetingId}`, natsUrl);
  main.authority.give(routeTable(meetingId, 1, main, origin.id, origin));
  spare.authority.give(routeTable(meetingId, 1, spare, origin.id, origin));
  child.authority.give(twoWayTable(meetingId, 1, child, origin.id, { main, backup: spare, ...(policy && { policy }) }));
  return main;
}

function publish(meetingId: string, layers = 3, options: Partial<FakePublisherOptions> = {}): Promise<FakePublisher> {
  const track = { client: origin.client, meetingId, participantId: 'p', trackId: 'track', layers };
  return FakePublisher.start({ ...track, ...options });
}

function view(meetingId: string, edge = leaf, participantId = 'v'): Promise<FakeViewer> {
  return FakeViewer.start({ client: edge.client, meetingId, participantId });
}

const factsOf = (meetingId: string) =>
  group.bus.facts.flatMap(({ edgeId, linkLost, trackClosed }) => {
    const fact = linkLost ?? trackClosed;
    return fact?.meetingId === meetingId ? [{ edgeId, linkLost, trackClosed }] : [];
  });

async function pathTo(edge: InProcessEdge, meetingId: string): Promise<string[]> {
  return (await edge.client.tracePath({ meetingId, trackId: 'track' })).edgeIds;
}

/** Has somebody watch the track who comes when it is there both ways: who came before, on a busy machine, may have one of them. */
async function watchBothWays(meetingId: string, viewer: FakeViewer, kind: TrackKind = TrackKind.VIDEO) {
  await using first = await view(meetingId, leaf, 'first');
  await first.watch(origin.id, ['track'], kind);
  const ways = async () => (await leaf.client.getState({ meetingId })).links.filter(({ tracks }) => tracks.length > 0);
  await expect.poll(ways, patience).toHaveLength(2);
  const { added } = await viewer.watch(origin.id, ['track'], kind);
  await first.leave();
  return added;
}

/** Packets until every hop has surely passed on its sender reports, without which no consumer changes layers. */
const settled = 120;

test.each([3, 1])('a video of %i layers goes on over the backup when its relay is killed', async (layers) => {
  const meetingId = `killed-${layers}`;
  const main = await diamond(meetingId);
  await using _publisher = await publish(meetingId, layers);
  await using viewer = await view(meetingId);
  const [track] = await watchBothWays(meetingId, viewer);
  await viewer.receives(track, settled);
  // A busy machine pauses, and the way is left for ten seconds.
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual([origin.id, main.id, leaf.id]);

  await main[Symbol.asyncDispose]();
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual([origin.id, spare.id, leaf.id]);
  await viewer.receives(track, 40);
  const lost = { meetingId, parentEdgeId: main.id, switchedToBackup: true, mediaFlows: false };
  // Then it tries the relay again, as long as no plan says otherwise, and says so.
  await expect.poll(() => factsOf(meetingId)[0], patience).toEqual({ edgeId: leaf.id, linkLost: lost });
  expect((await viewer.watch(origin.id, ['track'])).removedConsumerIds).toEqual([]);
});

test('a relay that is killed right after a viewer came costs a while, not the viewer', async () => {
  const meetingId = 'early';
  const main = await diamond(meetingId);
  await using _publisher = await publish(meetingId);
  await using viewer = await view(meetingId);
  const { added } = await viewer.watch(origin.id, ['track']);
  await viewer.receives(added[0], 1);
  await main[Symbol.asyncDispose]();
  await viewer.receives(added[0], 60);
});

test('both ways carry one copy, and both are released after the last viewer has left', async () => {
  const meetingId = 'released';
  await using main = await diamond(meetingId);
  await using _publisher = await publish(meetingId);
  const viewers = await Promise.all(['a', 'b', 'c'].map((id) => view(meetingId, leaf, id)));
  await Promise.all(viewers.map((viewer) => viewer.watch(origin.id, ['track'])));
  const { links } = await leaf.client.getState({ meetingId });
  expect(links).toMatchObject([
    { parentEdgeId: main.id, tracks: [{ trackId: 'track' }] },
    { parentEdgeId: spare.id, tracks: [{ trackId: 'track' }] },
  ]);
  await Promise.all(viewers.map((viewer) => viewer.leave()));
  for (const edge of [leaf, main, spare]) {
    await expect.poll(() => edge.context.edge.meetings.get(meetingId), patience).toBeUndefined();
  }
  for (const viewer of viewers) await viewer[Symbol.asyncDispose]();
});

test('a cold backup flows until viewers can change to it, and is then held back until it is needed', async () => {
  const meetingId = 'cold';
  const main = await diamond(meetingId, BackupPolicy.COLD);
  await using _publisher = await publish(meetingId);
  await using viewer = await view(meetingId);
  const [track] = await watchBothWays(meetingId, viewer);
  const backup = leaf.context.edge.meetings.get(meetingId)?.tracks.pulled()[1];
  expect(backup).toMatchObject({ parentId: spare.id, backup: true });
  await expect.poll(() => backup?.feed.heldBack, patience).toBe(false);
  await viewer.receives(track, settled);
  await expect.poll(() => backup?.feed.heldBack, patience).toBe(true);
  await expect.poll(() => backup?.feed.producer.bitrateBps(), patience).toBe(0);
  await main[Symbol.asyncDispose]();
  await viewer.receives(track, 40);
  expect(await pathTo(leaf, meetingId)).toEqual([origin.id, spare.id, leaf.id]);
});

test('a relay whose worker falls silent is left for the backup, while its signaling goes on', async () => {
  const meetingId = 'silent';
  await using main = await diamond(meetingId);
  await using _publisher = await publish(meetingId);
  await using viewer = await view(meetingId);
  const [track] = await watchBothWays(meetingId, viewer);
  await viewer.receives(track, settled);
  process.kill(main.context.workers.pids.get(0) ?? 0, 'SIGSTOP');
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual([origin.id, spare.id, leaf.id]);
  await viewer.receives(track, 40);
  const lost = { meetingId, parentEdgeId: main.id, switchedToBackup: true, mediaFlows: false };
  const ofLeaf = () => factsOf(meetingId).filter(({ edgeId }) => edgeId === leaf.id);
  await expect.poll(() => ofLeaf()[0], patience).toEqual({ edgeId: leaf.id, linkLost: lost });
});

test('a relay that only paused is used again after a while, and viewers go on all along', async () => {
  const meetingId = 'halted';
  await using main = await diamond(meetingId);
  await using _publisher = await publish(meetingId);
  await using viewer = await view(meetingId);
  const [track] = await watchBothWays(meetingId, viewer);
  await viewer.receives(track, settled);
  const worker = main.context.workers.pids.get(0) ?? 0;
  process.kill(worker, 'SIGSTOP');
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual([origin.id, spare.id, leaf.id]);
  process.kill(worker, 'SIGCONT');
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual([origin.id, main.id, leaf.id]);
  await viewer.receives(track, settled);
  expect((await viewer.watch(origin.id, ['track'])).removedConsumerIds).toEqual([]);
});

test('a publisher who pauses is no reason to leave a relay', async () => {
  const meetingId = 'paused';
  await using _main = await diamond(meetingId);
  await using publisher = await publish(meetingId);
  await using viewer = await view(meetingId);
  const { added } = await viewer.watch(origin.id, ['track']);
  await viewer.receives(added[0], settled);
  const before = await pathTo(leaf, meetingId);
  publisher.hush();
  const reception = () => leaf.context.edge.meetings.get(meetingId)?.tracks.get('track')?.feed?.reception().idleMs;
  await expect.poll(reception, patience).toBeGreaterThan(400);
  publisher.speak();
  await viewer.receives(added[0], settled);
  expect(factsOf(meetingId)).toEqual([]);
  // On a machine that delays the last packets of one way, the other may have been taken for broken: it is used again.
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual(before);
});

test('a way that nothing comes over, because nothing reaches the origin, is kept, and watched when something does', async () => {
  const meetingId = 'frozen';
  await using main = await diamond(meetingId);
  const ways = twoWayTable(meetingId, 2, leaf, origin.id, { main, backup: spare });
  leaf.authority.give({ ...ways, routes: [...ways.routes, ...routeTable(meetingId, 2, leaf, spare.id, spare).routes] });
  for (const relay of [main, spare]) relay.authority.give(routeTable(meetingId, 2, relay, origin.id, origin));
  await using frozen = await publish(meetingId, 3, { silent: true });
  const other = { client: spare.client, meetingId, participantId: 'q', trackId: 'other' };
  await using _other = await FakePublisher.start({ ...other, layers: 1 });
  await using viewer = await view(meetingId);
  const { added } = await viewer.watch(origin.id, ['track']);
  await using neighbour = await view(meetingId, leaf, 'w');
  const { added: others } = await neighbour.watch(spare.id, ['other']);
  const scores = () =>
    leaf.context.edge.meetings
      .get(meetingId)
      ?.tracks.pulled()
      .filter(({ track }) => track.id === 'track')
      .map(({ feed }) => feed.score);
  await expect.poll(scores, patience).toEqual([0, 0]);

  // Seconds in which only the other way's link carries media.
  await neighbour.receives(others[0], 100);
  expect(factsOf(meetingId)).toEqual([]);
  expect(await pathTo(leaf, meetingId)).toEqual([origin.id, main.id, leaf.id]);

  frozen.speak();
  await viewer.receives(added[0], settled);
  await expect.poll(scores, patience).toEqual([10, 10]);
  process.kill(main.context.workers.pids.get(0) ?? 0, 'SIGSTOP');
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual([origin.id, spare.id, leaf.id]);
});

test('children of an edge that changed to its backup follow it', async () => {
  const meetingId = 'children';
  const main = await diamond(meetingId);
  below.authority.give(routeTable(meetingId, 1, below, origin.id, leaf));
  await using _publisher = await publish(meetingId);
  await using viewer = await view(meetingId, below);
  await viewer.watch(origin.id, ['track']);
  expect(await pathTo(below, meetingId)).toEqual([origin.id, main.id, leaf.id, below.id]);
  await expect.poll(async () => (await leaf.client.getState({ meetingId })).links.length, patience).toBe(2);
  await main[Symbol.asyncDispose]();
  await expect.poll(() => pathTo(below, meetingId), patience).toEqual([origin.id, spare.id, leaf.id, below.id]);
  const { added } = await viewer.watch(origin.id, ['track']);
  await viewer.receives(added[0], 10);
});

test('who comes after a loss is served the way that is left', async () => {
  const meetingId = 'left';
  const main = await diamond(meetingId);
  below.authority.give(routeTable(meetingId, 1, below, origin.id, leaf));
  await using _publisher = await publish(meetingId);
  await using afar = await view(meetingId, below);
  await afar.watch(origin.id, ['track']);
  const ways = async () => (await leaf.client.getState({ meetingId })).links.filter(({ tracks }) => tracks.length > 0);
  await expect.poll(ways, patience).toHaveLength(2);
  await main[Symbol.asyncDispose]();
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual([origin.id, spare.id, leaf.id]);
  await using newcomer = await view(meetingId, leaf, 'w');
  const { added, refused } = await newcomer.watch(origin.id, ['track']);
  expect(refused).toEqual([]);
  await newcomer.receives(added[0], 10);
});

test('after a loss the next plan fills the gap; who watches already stays', async () => {
  const meetingId = 'repaired';
  const main = await diamond(meetingId);
  await using _publisher = await publish(meetingId);
  await using viewer = await view(meetingId);
  const { added } = await viewer.watch(origin.id, ['track']);
  await viewer.receives(added[0], settled);
  await main[Symbol.asyncDispose]();
  await expect.poll(() => pathTo(leaf, meetingId), patience).toEqual([origin.id, spare.id, leaf.id]);
  await leaf.client.setRoutes({ table: twoWayTable(meetingId, 2, leaf, origin.id, { main: spare, backup: origin }) });
  const parents = () =>
    leaf.context.edge.meetings
      .get(meetingId)
      ?.tracks.get('track')
      ?.feeds.map((f) => f.parentId);
  await expect.poll(parents, patience).toEqual([spare.id, origin.id]);
  expect((await viewer.watch(origin.id, ['track'])).removedConsumerIds).toEqual([]);
  await using newcomer = await view(meetingId, leaf, 'w');
  const { added: forNewcomer } = await newcomer.watch(origin.id, ['track']);
  await Promise.all([viewer.receives(added[0], 20), newcomer.receives(forNewcomer[0], 20)]);
});

test('a plan that makes the backup the parent takes nobody from their consumer', async () => {
  const meetingId = 'promoted';
  await using main = await diamond(meetingId);
  await using publisher = await publish(meetingId);
  await using viewer = await view(meetingId);
  const { added } = await viewer.watch(origin.id, ['track']);
  await viewer.receives(added[0], settled);
  expect(await pathTo(leaf, meetingId)).toEqual([origin.id, main.id, leaf.id]);

  publisher.holdsKeyFrames = true;
  await leaf.client.setRoutes({ table: routeTable(meetingId, 2, leaf, origin.id, spare) });
  expect(await pathTo(leaf, meetingId)).toEqual([origin.id, spare.id, leaf.id]);
  // What came before goes on until a keyframe comes the other way.
  await viewer.receives(added[0], 40);
  publisher.holdsKeyFrames = false;
  await expect.poll(() => main.context.edge.inspection.counts().childLinks, patience).toBe(0);
  await viewer.receives(added[0], 40);
  expect((await viewer.watch(origin.id, ['track'])).removedConsumerIds).toEqual([]);
  expect(factsOf(meetingId)).toEqual([]);
});

test('an audio track is had again at once over the backup', async () => {
  const meetingId = 'audio-again';
  const main = await diamond(meetingId);
  await using _publisher = await publish(meetingId, 0);
  await using viewer = await view(meetingId);
  const before = await viewer.watch(origin.id, ['track'], TrackKind.AUDIO);
  await viewer.receives(before.added[0], 10);
  await main[Symbol.asyncDispose]();
  const closed = { meetingId, trackId: 'track' };
  await expect
    .poll(() => factsOf(meetingId).map(({ trackClosed }) => trackClosed), patience)
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
  const main = await diamond(meetingId, BackupPolicy.WARM, child);
  await using _publisher = await publish(meetingId, 0);
  await using stays = await view(meetingId, child, 'stays');
  await using turns = await view(meetingId, child, 'turns');
  await using leaves = await view(meetingId, child, 'leaves');
  for (const viewer of [stays, turns, leaves]) await viewer.watch(origin.id, ['track'], TrackKind.AUDIO);
  const awaiting = () => {
    const { sessions } = child.context.edge.meetings.get(meetingId) ?? {};
    return [...(sessions ?? [])].flatMap(([id, { subscriptions }]) => (subscriptions.awaits('track') ? [id] : []));
  };
  // Where the second way is still being opened, its deadlines are held, too.
  const ways = async () => (await child.client.getState({ meetingId })).links.filter(({ tracks }) => tracks.length > 0);
  await expect.poll(ways, patience).toHaveLength(2);
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
  const main = await diamond(meetingId);
  await using publisher = await publish(meetingId, 1, track);
  const ids = { client: leaf.client, meetingId, participantId: 'v' };
  await using viewer = await FakeViewer.start({ ...ids, acceptsBackupConsumers: true });
  const [first, second] = await watchBothWays(meetingId, viewer, kind);
  expect([first?.backup ?? false, second?.backup]).toEqual([false, true]);
  await viewer.receives(first, 20);
  expect(viewer.packets(second)).toBe(0);
  const asked = publisher.keyFrameRequests;
  await main[Symbol.asyncDispose]();
  await viewer.receives(second, 20);
  expect(publisher.keyFrameRequests > asked).toBe(kind === TrackKind.VIDEO);
  expect(factsOf(meetingId).filter(({ trackClosed }) => trackClosed !== undefined)).toEqual([]);
  expect((await viewer.watch(origin.id, ['track'], kind)).removedConsumerIds).toEqual([]);
});

test('who came before the media is soon shown the best layer of the way in use, with nobody asking', async () => {
  const meetingId = 'before-media';
  await using _main = await diamond(meetingId);
  await using publisher = await publish(meetingId, 3, { silent: true });
  await using viewer = await view(meetingId);
  const { added } = await viewer.watch(origin.id, ['track']);
  publisher.speak();
  await viewer.receives(added[0], 1);
  const layer = () => media.consumer(added[0]?.consumerId).currentLayers?.spatialLayer;
  // The ways of the highest of three layers are 4, the spare one, and 5.
  await expect.poll(layer, { timeout: 15_000, interval: 50 }).toBe(5);
});
