import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { TrackKind } from '@canopy/proto/media';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type BusListener,
  EdgeGroup,
  FakePublisher,
  FakeViewer,
  giveChain,
  type InProcessEdge,
  routeTable,
  startInProcessEdge,
} from '../src/testing/index.ts';

const natsUrl = process.env.NATS_URL ?? '';
const patience = { interval: 20 };
/** Until those who watched have gone over to another way. */
const leaving = { timeout: 20_000, interval: 50 };
let origin: InProcessEdge;
let relay: InProcessEdge;
let leaf: InProcessEdge;
let bus: BusListener;
let group: EdgeGroup<'origin' | 'relay' | 'leaf'>;

beforeAll(async () => {
  group = await EdgeGroup.start(natsUrl, ['origin', 'relay', 'leaf']);
  ({ origin, relay, leaf } = group.edges);
  bus = group.bus;
});

afterAll(() => group[Symbol.asyncDispose]());

function publish(meetingId: string, layers = 3): Promise<FakePublisher> {
  return FakePublisher.start({ client: origin.client, meetingId, participantId: 'p', trackId: 'track', layers });
}

/** What an edge said about consumers it had to close. */
function tracksClosedOn(edgeId: string) {
  return bus.facts.filter((fact) => fact.edgeId === edgeId).map(({ trackClosed }) => trackClosed);
}

function view(meetingId: string, participantId = 'v'): Promise<FakeViewer> {
  return FakeViewer.start({ client: leaf.client, meetingId, participantId });
}

test('a video track crosses two links to a viewer, and every edge knows its path', async () => {
  giveChain('video', [origin, relay, leaf]);
  await using _publisher = await publish('video');
  await using viewer = await view('video');
  const { added, refused } = await viewer.watch('origin', ['track']);
  expect(refused).toEqual([]);
  await viewer.receives(added[0], 10);
  const path = await leaf.client.tracePath({ meetingId: 'video', trackId: 'track' });
  expect(path.edgeIds).toEqual(['origin', 'relay', 'leaf']);
});

test('an audio track crosses two links to a viewer', async () => {
  giveChain('audio', [origin, relay, leaf]);
  await using _publisher = await publish('audio', 0);
  await using viewer = await view('audio');
  const { added } = await viewer.watch('origin', ['track'], TrackKind.AUDIO);
  await viewer.receives(added[0], 10);
});

test('one copy crosses each link however many watch, and it is released after the last has left', async () => {
  giveChain('copies', [origin, relay, leaf]);
  await using _publisher = await publish('copies');
  const viewers = await Promise.all(Array.from({ length: 6 }, (_, index) => view('copies', `v${index}`)));
  const answers = await Promise.all(viewers.map((viewer) => viewer.watch('origin', ['track'])));
  await Promise.all(viewers.map((viewer, index) => viewer.receives(answers[index]?.added[0], 5)));
  for (const [child, parent] of [
    [leaf, relay],
    [relay, origin],
  ] as const) {
    const { links } = await child.client.getState({ meetingId: 'copies' });
    expect(links).toMatchObject([{ parentEdgeId: parent.id, childEdgeId: child.id, tracks: [{ trackId: 'track' }] }]);
  }
  expect(origin.context.workers.usage()[0]?.consumers).toBe(relay.context.workers.usage()[0]?.consumers);

  await Promise.all(viewers.map((viewer) => viewer.leave()));
  for (const edge of [leaf, relay]) {
    await expect.poll(() => edge.context.edge.meetings.get('copies'), patience).toBeUndefined();
  }
  await expect.poll(() => origin.context.edge.meetings.get('copies')?.childLinks.size, patience).toBe(0);
  for (const viewer of viewers) await viewer[Symbol.asyncDispose]();
});

test('a pull that would come back to where it was is refused at once', async () => {
  relay.authority.give(routeTable('loop', 1, relay, 'origin', leaf));
  leaf.authority.give(routeTable('loop', 1, leaf, 'origin', relay));
  await using onLeaf = await view('loop');
  await using onRelay = await FakeViewer.start({ client: relay.client, meetingId: 'loop', participantId: 'w' });
  const [first, second] = await Promise.all([onLeaf.watch('origin', ['track']), onRelay.watch('origin', ['track'])]);
  expect([...first.refused, ...second.refused].map(({ code }) => code)).toEqual(['LOOP_DETECTED', 'LOOP_DETECTED']);
  expect(leaf.context.edge.meetings.get('loop')?.tracks.size).toBe(0);
});

test('a track that is not at its origin is refused, and the others go on', async () => {
  giveChain('partly', [origin, relay, leaf]);
  await using _publisher = await publish('partly');
  await using viewer = await view('partly');
  const { added, refused } = await viewer.watch('origin', ['track', 'missing']);
  expect(refused).toEqual([{ trackId: 'missing', code: 'TRACK_NOT_FOUND' }]);
  await viewer.receives(added[0], 3);
});

test('muting and unmuting flow down the links', async () => {
  giveChain('muting', [origin, relay, leaf]);
  await using publisher = await publish('muting');
  await using viewer = await view('muting');
  const { added } = await viewer.watch('origin', ['track']);
  await viewer.receives(added[0], 3);
  const feedOnLeaf = () => leaf.context.edge.meetings.get('muting')?.tracks.get('track')?.feed;
  await publisher.setMuted(true);
  await expect.poll(() => feedOnLeaf()?.muted, patience).toBe(true);
  await publisher.setMuted(false);
  await expect.poll(() => feedOnLeaf()?.muted, patience).toBe(false);
  await viewer.receives(added[0], 10);
});

test('a track that was muted before it is pulled arrives muted', async () => {
  giveChain('muted-first', [origin, relay, leaf]);
  await using publisher = await publish('muted-first');
  await publisher.setMuted(true);
  await using viewer = await view('muted-first');
  const { added } = await viewer.watch('origin', ['track']);
  expect(leaf.context.edge.meetings.get('muted-first')?.tracks.get('track')?.feed?.muted).toBe(true);
  await publisher.setMuted(false);
  await viewer.receives(added[0], 10);
});

test('a track that ends disappears from every edge', async () => {
  giveChain('ending', [origin, relay, leaf]);
  await using _publisher = await publish('ending');
  await using viewer = await view('ending');
  await viewer.watch('origin', ['track']);
  await origin.client.unpublishTrack({ meetingId: 'ending', participantId: 'p', trackId: 'track' });
  for (const edge of [leaf, relay]) {
    await expect.poll(() => edge.context.edge.meetings.get('ending')?.tracks.size ?? 0, patience).toBe(0);
  }
});

test('many viewers who join together cost the publisher one keyframe request per half second', async () => {
  giveChain('keyframes', [origin, relay, leaf]);
  await using publisher = await publish('keyframes');
  const viewers = await Promise.all(Array.from({ length: 20 }, (_, index) => view('keyframes', `v${index}`)));
  const startedAt = performance.now();
  const answers = await Promise.all(viewers.map((viewer) => viewer.watch('origin', ['track'])));
  await Promise.all(viewers.map((viewer, index) => viewer.receives(answers[index]?.added[0], 30)));
  const halfSeconds = Math.ceil((performance.now() - startedAt) / 500);
  const layers = 3;
  expect(publisher.keyFrameRequests / layers).toBeLessThanOrEqual(halfSeconds + 1);
  for (const viewer of viewers) await viewer[Symbol.asyncDispose]();
});

test('when the relay is lost, the leaf says so and follows a new plan', async () => {
  const meetingId = 'relay-lost';
  const doomed = await startInProcessEdge('doomed', natsUrl);
  doomed.authority.give(routeTable(meetingId, 1, doomed, 'origin', origin));
  leaf.authority.give(routeTable(meetingId, 1, leaf, 'origin', doomed));
  await using _publisher = await publish(meetingId);
  await using viewer = await view(meetingId);
  const before = await viewer.watch('origin', ['track']);
  await viewer.receives(before.added[0], 3);

  await doomed[Symbol.asyncDispose]();
  await expect.poll(() => bus.facts.map(({ linkLost }) => linkLost?.parentEdgeId), patience).toContain('doomed');
  bus.pushRoutes(routeTable(meetingId, 2, leaf, 'origin', origin));
  const closed = { meetingId, trackId: 'track' };
  await expect.poll(() => tracksClosedOn('leaf'), patience).toContainEqual(expect.objectContaining(closed));
  const after = await viewer.watch('origin', ['track']);
  await viewer.receives(after.added[0], 10);
  const path = await leaf.client.tracePath(closed);
  expect(path.edgeIds).toEqual(['origin', 'leaf']);
});

test('a parent that can not be reached is told as a lost link, and a new plan leads around it', async () => {
  const meetingId = 'unreachable';
  const closed = createServer().listen(0, '127.0.0.1');
  await once(closed, 'listening');
  const { port } = closed.address() as AddressInfo;
  closed.close();
  await once(closed, 'close');
  const parent = { edgeId: 'beyond', linkAddress: `127.0.0.1:${port}` };
  const routes = [{ originEdgeId: 'origin', parent }];
  await leaf.client.setRoutes({ table: { meetingId, epoch: 1, edgeId: 'leaf', routes } });
  await using _publisher = await publish(meetingId);
  await using viewer = await view(meetingId);
  const { refused } = await viewer.watch('origin', ['track']);
  expect(refused).toEqual([{ trackId: 'track', code: 'EDGE_UNREACHABLE' }]);
  const lost = { meetingId, parentEdgeId: 'beyond', switchedToBackup: false, mediaFlows: false };
  await expect
    .poll(() =>
      bus.facts.flatMap(({ edgeId, linkLost }) => (linkLost?.meetingId === meetingId ? [edgeId, linkLost] : [])),
    )
    .toEqual(['leaf', lost]);
  bus.pushRoutes(routeTable(meetingId, 2, leaf, 'origin', origin));
  await expect.poll(() => leaf.context.edge.routes.epochOf(meetingId), patience).toBe(2);
  const { added } = await viewer.watch('origin', ['track']);
  await viewer.receives(added[0], 3);
});

test('a new plan moves a healthy track to its new parent, and who watches misses nothing', async () => {
  const meetingId = 'moved';
  giveChain(meetingId, [origin, relay, leaf]);
  await using _publisher = await publish(meetingId);
  await using viewer = await view(meetingId);
  const before = await viewer.watch('origin', ['track']);
  const awaits = () => leaf.context.edge.meetings.session(meetingId, 'v').subscriptions.awaits('track');
  expect(awaits()).toBe(false);
  await leaf.client.setRoutes({ table: routeTable(meetingId, 2, leaf, 'origin', origin) });
  const closed = { meetingId, trackId: 'track' };
  await expect.poll(() => tracksClosedOn('leaf'), patience).toContainEqual(expect.objectContaining(closed));
  await viewer.receives(before.added[0], 10);
  expect(awaits()).toBe(true);
  const { added, removedConsumerIds } = await viewer.watch('origin', ['track']);
  expect([removedConsumerIds, awaits()]).toEqual([[], false]);
  await Promise.all([viewer.receives(before.added[0], 10), viewer.receives(added[0], 10)]);
  await expect.poll(() => relay.context.edge.meetings.get(meetingId), leaving).toBeUndefined();
  await viewer.receives(added[0], 10);
});

test('when a relay changes its own way, the edges below it follow, and who watches there misses nothing', async () => {
  const meetingId = 'follow';
  await using upper = await startInProcessEdge('upper', natsUrl);
  upper.authority.give(routeTable(meetingId, 1, upper, 'origin', origin));
  relay.authority.give(routeTable(meetingId, 1, relay, 'origin', upper));
  leaf.authority.give(routeTable(meetingId, 1, leaf, 'origin', relay));
  await using _publisher = await publish(meetingId);
  await using viewer = await view(meetingId);
  const before = await viewer.watch('origin', ['track']);
  const track = { meetingId, trackId: 'track' };
  expect((await leaf.client.tracePath(track)).edgeIds).toEqual(['origin', 'upper', 'relay', 'leaf']);

  await relay.client.setRoutes({ table: routeTable(meetingId, 2, relay, 'origin', origin) });
  await expect
    .poll(async () => (await leaf.client.tracePath(track)).edgeIds, patience)
    .toEqual(['origin', 'relay', 'leaf']);
  await expect.poll(() => tracksClosedOn('leaf'), patience).toContainEqual(expect.objectContaining(track));
  await viewer.receives(before.added[0], 10);
  const { added, removedConsumerIds } = await viewer.watch('origin', ['track']);
  expect(removedConsumerIds).toEqual([]);
  await Promise.all([viewer.receives(before.added[0], 10), viewer.receives(added[0], 10)]);
  await expect.poll(() => upper.context.edge.meetings.get(meetingId), leaving).toBeUndefined();
  await viewer.receives(added[0], 10);
});

test('when the worker of a relay dies, the track comes again over its successor', async () => {
  const meetingId = 'relay-worker';
  giveChain(meetingId, [origin, relay, leaf]);
  await using _publisher = await publish(meetingId);
  await using viewer = await view(meetingId);
  await viewer.watch('origin', ['track']);
  process.kill(relay.context.workers.pids.get(0) ?? 0, 'SIGKILL');
  const closed = { meetingId, trackId: 'track' };
  await expect.poll(() => tracksClosedOn('leaf'), patience).toContainEqual(expect.objectContaining(closed));
  const { added } = await viewer.watch('origin', ['track']);
  await viewer.receives(added[0], 10);
  expect((await leaf.client.tracePath(closed)).edgeIds).toEqual(['origin', 'relay', 'leaf']);
});

test('a parent that does not answer holds up nobody but who waits for it', async () => {
  const meetingId = 'slow';
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const parent = { edgeId: 'silent', linkAddress: `127.0.0.1:${port}` };
  const routes = [{ originEdgeId: 'silent', parent }];
  await leaf.client.setRoutes({ table: { meetingId, epoch: 1, edgeId: 'leaf', routes } });
  const publisher = { client: leaf.client, meetingId, participantId: 'p', trackId: 'near' };
  await using _publisher = await FakePublisher.start(publisher);
  await using patient = await view(meetingId, 'patient');
  await using other = await view(meetingId, 'other');
  let refused = false;
  const waiting = patient.watch('silent', ['far']).then((answer) => {
    refused = true;
    return answer;
  });
  await other.watch('leaf', ['near']);
  await patient.watch('leaf', ['near']);
  expect(refused).toBe(false);
  expect(await waiting).toEqual({ added: [], removedConsumerIds: [], refused: [] });
  const lost = { meetingId, parentEdgeId: 'silent', switchedToBackup: false, mediaFlows: false };
  await expect.poll(() => bus.facts.map(({ linkLost }) => linkLost), patience).toContainEqual(lost);
  silent.close();
});

test('a connection to a parent that does not come about is begun anew', async () => {
  const meetingId = 'redialled';
  const [host = '', port = ''] = origin.context.grpcAddress.split(':');
  const swallowed: Socket[] = [];
  // The first connection gets nowhere, like one that was begun while packets were dropped.
  const way = createServer((socket) => {
    if (swallowed.length === 0) swallowed.push(socket);
    else pipeline(socket, connect(Number(port), host), socket, () => {});
  }).listen(0, '127.0.0.1');
  await once(way, 'listening');
  const parent = { edgeId: 'origin', linkAddress: `127.0.0.1:${(way.address() as AddressInfo).port}` };
  const routes = [{ originEdgeId: 'origin', parent }];
  await leaf.client.setRoutes({ table: { meetingId, epoch: 1, edgeId: 'leaf', routes } });
  await using _publisher = await publish(meetingId);
  await using viewer = await view(meetingId);
  expect((await viewer.watchOnce('origin', ['track'])).refused).toMatchObject([{ code: 'TIMEOUT' }]);
  // As clients ask again.
  const watched: Awaited<ReturnType<FakeViewer['watch']>>[] = [];
  const watchAgain = async () => {
    watched.push(await viewer.watch('origin', ['track']));
    return watched.at(-1)?.refused;
  };
  await expect.poll(watchAgain, patience).toEqual([]);
  await viewer.receives(watched.at(-1)?.added[0], 3);
  await viewer.leave();
  for (const socket of swallowed) socket.destroy();
  way.close();
});

test('a child that is gone takes its links along', async () => {
  const meetingId = 'child-gone';
  const child = await startInProcessEdge('child', natsUrl);
  child.authority.give(routeTable(meetingId, 1, child, 'origin', origin));
  await using _publisher = await publish(meetingId);
  await using viewer = await FakeViewer.start({ client: child.client, meetingId, participantId: 'v' });
  await viewer.watch('origin', ['track']);
  expect(origin.context.edge.meetings.get(meetingId)?.childLinks.size).toBe(1);
  await child[Symbol.asyncDispose]();
  await expect.poll(() => origin.context.edge.meetings.get(meetingId)?.childLinks.size, patience).toBe(0);
});

test('a relay that is asked by a newer plan than it knows asks the control plane for it', async () => {
  const meetingId = 'newer-plan';
  await relay.client.setRoutes({ table: routeTable(meetingId, 1, relay, 'origin', leaf) });
  relay.authority.give(routeTable(meetingId, 2, relay, 'origin', origin));
  leaf.authority.give(routeTable(meetingId, 2, leaf, 'origin', relay));
  await using _publisher = await publish(meetingId);
  await using viewer = await view(meetingId);
  const { added } = await viewer.watch('origin', ['track']);
  await viewer.receives(added[0], 3);
  expect(relay.context.edge.routes.epochOf(meetingId)).toBe(2);
});

test('a plan older than the one in force is ignored', async () => {
  const meetingId = 'epochs';
  await leaf.client.setRoutes({ table: routeTable(meetingId, 9, leaf, 'origin', origin) });
  await leaf.client.setRoutes({ table: routeTable(meetingId, 8, leaf, 'origin', relay) });
  expect(leaf.context.edge.routes.known(meetingId, 'origin')).toMatchObject({ parent: { edgeId: 'origin' }, epoch: 9 });
  await expect.poll(() => bus.heartbeats.map(({ highestEpoch }) => highestEpoch), patience).toContain(9);
});
