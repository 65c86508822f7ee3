import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TrackKind } from '@canopy/proto/media';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  FakePublisher,
  FakeViewer,
  giveChain,
  type InProcessEdge,
  routeTable,
  startInProcessEdge,
  twoWayTable,
} from '../src/testing/index.ts';

const natsUrl = process.env.NATS_URL ?? '';
const patience = { timeout: 10_000, interval: 20 };
/** A busy machine pauses, and the way is left for ten seconds. */
const untilReturn = { timeout: 20_000, interval: 20 };
/** -dBov. */
const [loud, lower, low, silent] = [20, 30, 40, 127];
/** So many microphones of a meeting cross the links from the origin. */
const places = 2;
let folder: string;
let origin: InProcessEdge;
let relay: InProcessEdge;
let leaf: InProcessEdge;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hushed-links-'));
  const links = { linkIp: '127.0.0.1', minPort: 40_000, maxPort: 49_999, lingerMs: 300, speakers: places };
  const recording = { dir: folder, ffmpeg: 'ffmpeg', mostTracks: 100 };
  [origin, relay, leaf] = await Promise.all([
    startInProcessEdge('hushing-origin', natsUrl, { links }),
    startInProcessEdge('hushing-relay', natsUrl),
    startInProcessEdge('hushing-leaf', natsUrl, { recording }),
  ]);
});

afterAll(async () => {
  for (const started of [leaf, relay, origin]) await started[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Microphones that are open at the origin, by the names of their tracks, each as loud as it says; undefined: it does not say. */
async function microphones<Name extends string>(
  meetingId: string,
  levels: Readonly<Record<Name, number | undefined>>,
): Promise<Record<Name, FakePublisher> & AsyncDisposable> {
  const owned = new AsyncDisposableStack();
  const open = async ([trackId, level]: [string, number | undefined]) => {
    const said = level === undefined ? {} : { level };
    const ids = { client: origin.client, meetingId, participantId: `p-${trackId}`, trackId };
    // A slow machine must not send too little to be measured.
    return [trackId, owned.use(await FakePublisher.start({ ...ids, ...said, layers: 0, framesPerSecond: 100 }))];
  };
  const opened = await Promise.all(Object.entries<number | undefined>(levels).map(open));
  const byName = Object.fromEntries(opened) as Record<Name, FakePublisher>;
  return { ...byName, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** Somebody on that edge who listens to them. */
async function listener(meetingId: string, edge: InProcessEdge, trackIds: readonly string[]) {
  const ids = { client: edge.client, meetingId, participantId: `v-${edge.id}`, acceptsBackupConsumers: true };
  const viewer = await FakeViewer.start(ids);
  const { added } = await viewer.watch(origin.id, trackIds, TrackKind.AUDIO);
  const consumer = (name: string) => added.find(({ trackId, backup }) => trackId === name && backup !== true);
  const backup = (name: string) => added.find(({ trackId, backup: isBackup }) => trackId === name && isBackup === true);
  return {
    hears: (name: string, packets = 20) => viewer.receives(consumer(name), packets),
    hearsOverBackup: (name: string) => viewer.receives(backup(name), 20),
    /** Resolves when it has heard a hundred packets of some, and in that time none of others; what was on its way comes first. */
    hearsOnly: async (some: readonly string[], others: readonly string[]) => {
      const heard = () => others.map((name) => viewer.packets(consumer(name))).join();
      for (let before = ''; before !== heard(); ) {
        before = heard();
        await Promise.all(some.map((name) => viewer.receives(consumer(name), 100)));
      }
    },
    [Symbol.asyncDispose]: () => viewer[Symbol.asyncDispose](),
  };
}

/** The tracks of a meeting that are hushed, as an edge knows. */
function hushed(edge: InProcessEdge, meetingId: string): string[] {
  const pulled = edge.context.edge.meetings.get(meetingId)?.tracks.pulled() ?? [];
  return [...new Set(pulled.flatMap(({ track, feed }) => (feed.hushed ? [track.id] : [])))].toSorted();
}

test('links carry the loudest microphones, whoever becomes louder at once, and what sends no levels', async () => {
  const meetingId = 'many';
  giveChain(meetingId, [origin, relay, leaf]);
  await using open = await microphones(meetingId, { ada: loud, ben: lower, cem: low, dee: silent, eve: undefined });
  await using viewer = await listener(meetingId, leaf, ['ada', 'ben', 'cem', 'dee', 'eve']);
  await expect.poll(() => hushed(leaf, meetingId), patience).toEqual(['cem', 'dee']);
  await viewer.hearsOnly(['ada', 'ben', 'eve'], ['cem', 'dee']);
  expect(leaf.context.edge.inspection.counts().hushedTracks).toBeGreaterThanOrEqual(2);
  const carried = async () => {
    const { links } = await leaf.client.getState({ meetingId });
    return links[0]?.tracks.map(({ trackId, layers }) => [trackId, layers]).toSorted();
  };
  await expect.poll(carried, patience).toEqual([
    ['ada', 1],
    ['ben', 1],
    ['cem', 0],
    ['dee', 0],
    ['eve', 1],
  ]);

  open.dee.setLevel(0);
  await viewer.hears('dee');
  await expect.poll(() => hushed(leaf, meetingId), patience).toEqual(['ben', 'cem']);
});

test('where no more are open than have places nothing is held back, whoever is silent or muted', async () => {
  const meetingId = 'few';
  giveChain(meetingId, [origin, leaf]);
  await using open = await microphones(meetingId, { ada: silent, ben: silent, cem: low });
  await using viewer = await listener(meetingId, leaf, ['ada', 'ben', 'cem']);
  await expect.poll(() => hushed(leaf, meetingId), patience).toHaveLength(1);
  await open.cem.setMuted(true);
  await expect.poll(() => hushed(leaf, meetingId), patience).toEqual([]);
  await Promise.all(['ada', 'ben'].map((name) => viewer.hears(name, 100)));
  expect(hushed(leaf, meetingId)).toEqual([]);
});

test('what is recorded is sent whoever is louder', async () => {
  const meetingId = 'recorded';
  giveChain(meetingId, [origin, relay, leaf]);
  await using _open = await microphones(meetingId, { ada: loud, ben: lower, cem: low, dee: low });
  await using viewer = await listener(meetingId, leaf, ['ada', 'ben', 'cem', 'dee']);
  await expect.poll(() => hushed(leaf, meetingId), patience).toEqual(['cem', 'dee']);
  const record = (...targets: Parameters<typeof leaf.client.record>[0]['targets']) =>
    leaf.client.record({ meetingId, recordingId: 'cf9e9f4c-6b5c-4a3e-9b0a-0d7d5bb0f6a1', targets, forMs: 60_000 });
  const want = { trackId: 'cem', width: 0, height: 0, priority: 255 };
  await record({ want, originEdgeId: origin.id, kind: TrackKind.AUDIO });
  await viewer.hears('cem');
  await expect.poll(() => hushed(leaf, meetingId), patience).toEqual(['dee']);
  await record();
  await expect.poll(() => hushed(leaf, meetingId), patience).toEqual(['cem', 'dee']);
});

/**
 * Somebody on the leaf who listens to nobody but a hushed microphone, so that the way it comes by is silent, while the way that
 * it would come by instead is busy with something else. They came when it was there both ways, and take it twice.
 */
async function silentWay(meetingId: string) {
  const owned = new AsyncDisposableStack();
  const main = await startInProcessEdge(`main-${meetingId}`, natsUrl);
  for (const edge of [main, relay]) edge.authority.give(routeTable(meetingId, 1, edge, origin.id, origin));
  const [table, another] = [
    twoWayTable(meetingId, 1, leaf, origin.id, { main, backup: relay }),
    routeTable(meetingId, 1, leaf, relay.id, relay),
  ];
  leaf.authority.give({ ...table, routes: [...table.routes, ...another.routes] });
  const open = owned.use(await microphones(meetingId, { ada: loud, ben: lower, cem: low }));
  const camera = { client: relay.client, meetingId, participantId: 'camera', trackId: 'camera', layers: 1 };
  owned.use(await FakePublisher.start(camera));
  const watcher = owned.use(await FakeViewer.start({ client: leaf.client, meetingId, participantId: 'watcher' }));
  const { added } = await watcher.watch(relay.id, ['camera']);
  const trackOn = ({ context }: InProcessEdge) => context.edge.meetings.get(meetingId)?.tracks.get('cem');
  const track = () => trackOn(leaf);
  // What is not known to be hushed is missed where it does not come.
  await expect.poll(() => trackOn(origin)?.feed?.hushed, patience).toBe(true);
  await using first = await FakeViewer.start({ client: leaf.client, meetingId, participantId: 'first' });
  await first.watch(origin.id, ['cem'], TrackKind.AUDIO);
  await expect.poll(() => track()?.feeds.length, patience).toBe(2);
  const viewer = owned.use(await listener(meetingId, leaf, ['cem']));
  await first.leave();
  return {
    main,
    open,
    viewer,
    busyFor: (frames: number) => watcher.receives(added[0], frames),
    hushedWays: () => track()?.feeds.map((feed) => feed.hushed),
    idleMs: () => track()?.feed?.reception().idleMs,
    parent: () => track()?.feed?.parentId,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

test('a way that is silent because all it brings is hushed is not left, and one that broke is as soon as it is missed', async () => {
  await using way = await silentWay('silent-way');
  await using _main = way.main;
  await expect.poll(way.hushedWays, patience).toEqual([true, true]);
  await expect.poll(way.idleMs, patience).toBeGreaterThan(400);
  await way.busyFor(30);
  expect(way.parent()).toBe(way.main.id);

  way.open.cem.setLevel(0);
  await way.viewer.hears('cem', 100);
  await expect.poll(way.parent, untilReturn).toBe(way.main.id);

  process.kill(way.main.context.workers.pids.get(0) ?? 0, 'SIGSTOP');
  await way.viewer.hearsOverBackup('cem');
});

test('a way that is lost while all it brings is hushed is left, and the other brings what is let go', async () => {
  await using way = await silentWay('lost-way');
  await expect.poll(way.hushedWays, patience).toEqual([true, true]);
  await way.main[Symbol.asyncDispose]();
  await expect.poll(way.parent, patience).toBe(relay.id);
  way.open.cem.setLevel(0);
  await way.viewer.hearsOverBackup('cem');
});
