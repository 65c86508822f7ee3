import type { RouteTable } from '@canopy/proto/routing';
import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import { RouteStore } from './route-store.ts';

const waitMs = 2_000;

function table(epoch: number, parentId: string, edgeId = 'self'): RouteTable {
  const parent = { edgeId: parentId, linkAddress: `${parentId}:1` };
  return { meetingId: 'm', epoch, edgeId, routes: [{ originEdgeId: 'origin', parent }] };
}

/** A store whose control plane answers what the test says, or not at all. */
function storeAsking(answer?: RouteTable) {
  const clock = new VirtualClock();
  let asked = 0;
  const getRoutes = async () => {
    asked++;
    if (answer === undefined) throw new CanopyError('STATE_UNAVAILABLE');
    return answer;
  };
  const store = new RouteStore('self', { getRoutes }, clock, silentLogger, waitMs);
  return { store, clock, asked: () => asked };
}

test('a route that is known is found without asking', async () => {
  const { store, asked } = storeAsking();
  store.put(table(1, 'parent'));
  expect(await store.find('m', 'origin', 1)).toMatchObject({ parent: { edgeId: 'parent' }, epoch: 1 });
  expect(asked()).toBe(0);
});

test('a route that is missing, or of an older plan, is asked for once for all who wait', async () => {
  const { store, asked } = storeAsking(table(2, 'new'));
  store.put(table(1, 'old'));
  const found = await Promise.all([store.find('m', 'origin', 2), store.find('m', 'origin', 2)]);
  expect(found.map(({ parent }) => parent.edgeId)).toEqual(['new', 'new']);
  expect(asked()).toBe(1);
});

test('without a control plane the bus may bring the route', async () => {
  const { store } = storeAsking();
  const finding = store.find('m', 'origin', 0);
  store.put(table(1, 'parent'));
  expect(await finding).toMatchObject({ parent: { edgeId: 'parent' } });
});

test('after a while the route of an older plan is better than none', async () => {
  const { store, clock } = storeAsking();
  store.put(table(1, 'old'));
  const finding = store.find('m', 'origin', 2);
  clock.advance(waitMs);
  expect(await finding).toMatchObject({ parent: { edgeId: 'old' }, epoch: 1 });
});

test('a route that nobody knows is refused after a while', async () => {
  const { store, clock } = storeAsking();
  const finding = expect(store.find('m', 'origin', 0)).rejects.toMatchObject({ code: 'ROUTE_NOT_FOUND' });
  clock.advance(waitMs);
  await finding;
});

test('a route that the control plane has none of is refused at once, unless its plan is older than the one asked for', async () => {
  const { store, clock } = storeAsking(table(1, 'parent'));
  await expect(store.find('m', 'lost', 1)).rejects.toMatchObject({ code: 'ROUTE_NOT_FOUND' });
  const finding = store.find('m', 'lost', 2);
  await settled();
  const newer = table(2, 'parent').routes.map((route) => ({ ...route, originEdgeId: 'lost' }));
  store.put({ ...table(2, 'parent'), routes: newer });
  expect(await finding).toMatchObject({ epoch: 2 });
  expect(clock.now()).toBe(0);
});

test('a table for another edge is not taken', () => {
  const { store } = storeAsking();
  store.put(table(1, 'parent', 'somebody'));
  expect(store.known('m', 'origin')).toBeUndefined();
});

test('a meeting that is long over is forgotten, one that is used is not', () => {
  const { store, clock } = storeAsking();
  store.put(table(1, 'parent'));
  store.put({ ...table(7, 'parent'), meetingId: 'old' });
  expect(store.highestEpoch).toBe(7);
  clock.advance(90 * 60_000);
  expect(store.known('m', 'origin')).toBeDefined();
  clock.advance(60 * 60_000);
  store.sweep(() => false);
  expect(store.known('m', 'origin')).toBeDefined();
  expect(store.highestEpoch).toBe(1);
});

test('a meeting is not over because somebody set the clock ahead', () => {
  const { store, clock } = storeAsking();
  store.put(table(1, 'parent'));
  clock.set(24 * 60 * 60_000);
  store.sweep(() => false);
  expect(store.epochOf('m')).toBe(1);
});

test('a meeting that goes on here is not forgotten, however long nothing changes', () => {
  const { store, clock } = storeAsking();
  store.put(table(1, 'parent'));
  clock.advance(3 * 60 * 60_000);
  store.sweep((meetingId) => meetingId === 'm');
  expect(store.epochOf('m')).toBe(1);
  clock.advance(60 * 60_000);
  store.sweep(() => false);
  expect(store.epochOf('m')).toBe(1);
  clock.advance(3 * 60 * 60_000);
  store.sweep(() => false);
  expect(store.epochOf('m')).toBe(0);
});

test('when updates may have been lost, newer tables are asked for until the control plane answers', async () => {
  const clock = new VirtualClock();
  const answers = [new CanopyError('STATE_UNAVAILABLE'), table(2, 'new')];
  const getRoutes = async () => {
    const answer = answers.shift();
    if (answer === undefined) throw new Error('asked once too often');
    if (answer instanceof CanopyError) throw answer;
    return answer;
  };
  const store = new RouteStore('self', { getRoutes }, clock, silentLogger, waitMs);
  store.put(table(1, 'old'));
  const newer = new Promise((resolve) => {
    store.changes.on('changed', resolve);
  });
  store.refresh();
  await settled();
  expect(store.epochOf('m')).toBe(1);
  clock.advance(500);
  await newer;
  expect(store.epochOf('m')).toBe(2);
  await settled();
  clock.advance(60_000);
  await settled();
  expect(answers).toEqual([]);
});

test('a meeting that the control plane does not know is not asked for again', async () => {
  const clock = new VirtualClock();
  let asked = 0;
  const getRoutes = async () => {
    asked++;
    throw new CanopyError('MEETING_NOT_FOUND');
  };
  const store = new RouteStore('self', { getRoutes }, clock, silentLogger, waitMs);
  store.put(table(1, 'old'));
  store.refresh();
  await settled();
  clock.advance(60_000);
  await settled();
  expect(asked).toBe(1);
});

/** Resolves when everything that is ready to go on has. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
