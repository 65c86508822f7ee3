import { expect, test } from 'vitest';
import { subscribing, want } from './testing/subscribing.ts';

test('what is forgotten before it was told is not told as nothing', () => {
  const { clock, requests, subscriptions } = subscribing();
  subscriptions.connected(true);
  subscriptions.set([want('a')]);
  subscriptions.forget();
  clock.advance(60_000);
  expect(requests).toEqual([]);
});

test('changes that come together become one message', () => {
  const { clock, requests, subscriptions } = subscribing();
  subscriptions.connected(false);
  subscriptions.set([want('a')]);
  subscriptions.set([want('a'), want('b')]);
  subscriptions.set([want('b'), want('a', 640)]);
  clock.advance(1_000);
  expect(requests).toEqual([{ wants: ['a', 'b'], sizes: [640, 320], at: 20 }]);
});

test('what the server chose at the join stands until the application says something', () => {
  const { clock, requests, subscriptions } = subscribing();
  subscriptions.connected(false);
  clock.advance(1_000);
  expect(requests).toEqual([]);
  subscriptions.set([]);
  clock.advance(1_000);
  expect(requests).toHaveLength(1);
});

test('what is published later is asked for where the application says nothing, and no longer once it does', async () => {
  const { clock, known, requests, subscriptions, last } = subscribing();
  known.add('a');
  subscriptions.connected(false);
  subscriptions.suggest([want('a')]);
  clock.advance(1_000);
  expect(requests).toEqual([]);
  subscriptions.suggest([want('a'), want('b')]);
  clock.advance(1_000);
  await last()?.answer({ added: [] });
  subscriptions.suggest([want('b')]);
  clock.advance(1_000);
  await last()?.answer();
  expect(requests.map(({ wants }) => wants)).toEqual([['a', 'b'], ['b']]);
  subscriptions.set([want('c')]);
  subscriptions.suggest([want('a'), want('b'), want('d')]);
  clock.advance(1_000);
  await last()?.answer();
  expect(requests.at(-1)?.wants).toEqual(['c']);
  expect(requests).toHaveLength(3);
});

test('what the server chose is asked for as well once one of it comes another way', async () => {
  const { clock, known, requests, subscriptions, last } = subscribing();
  known.add('a');
  known.add('b');
  const suggested = [want('a'), want('b')];
  subscriptions.connected(false);
  subscriptions.refresh(['a']);
  subscriptions.suggest(suggested);
  clock.advance(1_000);
  await last()?.answer();
  subscriptions.suggest(suggested);
  clock.advance(1_000);
  expect(requests.map(({ wants }) => wants)).toEqual([['a', 'b']]);
});

test('wanting the same again says nothing', async () => {
  const { clock, requests, subscriptions, last } = subscribing();
  subscriptions.connected(false);
  subscriptions.set([want('a'), want('b')]);
  clock.advance(20);
  await last()?.answer();
  subscriptions.set([want('b'), want('a')]);
  clock.advance(1_000);
  expect(requests).toHaveLength(1);
});

test('only one request is under way, and what changed meanwhile goes into the next', async () => {
  const { clock, requests, subscriptions, last } = subscribing();
  subscriptions.connected(false);
  subscriptions.set([want('a')]);
  clock.advance(20);
  subscriptions.set([want('b')]);
  subscriptions.set([want('c')]);
  clock.advance(5_000);
  expect(requests).toHaveLength(1);
  await last()?.answer();
  clock.advance(1_000);
  expect(requests.map(({ wants }) => wants)).toEqual([['a'], ['c']]);
});

test('a window that is being dragged asks at most ten times a second', async () => {
  const { clock, requests, subscriptions, last } = subscribing();
  subscriptions.connected(false);
  for (let step = 0; step < 200; step++) {
    subscriptions.set([want('a', 320 + step)]);
    clock.advance(10);
    await last()?.answer();
  }
  expect(requests.length).toBeLessThanOrEqual(21);
  clock.advance(200);
  expect(requests.at(-1)?.sizes).toEqual([519]);
});

test('sizes and priorities are told as the server takes them', () => {
  const { clock, exact, subscriptions } = subscribing();
  subscriptions.connected(false);
  subscriptions.set([
    { trackId: 'a', width: 320.5, height: 180.25, priority: 99.6 },
    { trackId: 'b', width: 100_000, height: -3, priority: 1_000 },
    { trackId: 'c', width: Number.NaN, height: Number.NaN, priority: 0 },
    { trackId: 'd', width: 1, height: 1, priority: Number.NaN },
  ]);
  clock.advance(1_000);
  expect(exact).toEqual([
    [
      { trackId: 'a', width: 321, height: 181, priority: 100 },
      { trackId: 'b', width: 16_384, height: 0, priority: 255 },
      { trackId: 'c', width: 0, height: 0, priority: 1 },
      { trackId: 'd', width: 1, height: 1, priority: 100 },
    ],
  ]);
});

test('of more tracks than the server takes, those with the highest priority are asked for', () => {
  const { clock, exact, subscriptions } = subscribing();
  subscriptions.connected(false);
  const many = Array.from({ length: 300 }, (_, index) => ({ ...want(`t${index}`), priority: index < 100 ? 10 : 100 }));
  subscriptions.set(many);
  clock.advance(1_000);
  const asked = exact[0] ?? [];
  expect([asked.length, asked.filter(({ priority }) => priority === 100).length]).toEqual([256, 200]);
});

test('a clock that is set back holds nothing up', async () => {
  const { clock, requests, subscriptions, last } = subscribing();
  subscriptions.connected(false);
  subscriptions.set([want('a')]);
  clock.advance(20);
  await last()?.answer();
  clock.set(-3_600_000);
  subscriptions.set([want('b')]);
  clock.advance(100);
  expect(requests.map(({ wants }) => wants)).toEqual([['a'], ['b']]);
});
