import { CanopyError } from '@canopy/runtime/errors';
import { expect, test } from 'vitest';
import { subscribing, want } from './testing/subscribing.ts';

test('after a new session what the server chose stands again', async () => {
  const { clock, known, requests, subscriptions, last } = subscribing();
  subscriptions.connected(false);
  subscriptions.suggest([want('a')]);
  clock.advance(1_000);
  await last()?.answer();
  subscriptions.disconnected();
  known.add('a');
  known.add('b');
  subscriptions.connected(false);
  subscriptions.suggest([want('a'), want('b')]);
  clock.advance(1_000);
  expect(requests).toHaveLength(1);
});

test('what the server chose is asked for after a move that did not bring all of it along, and only then', async () => {
  const { clock, known, requests, subscriptions, last } = subscribing();
  known.add('a');
  known.add('b');
  subscriptions.connected(false);
  subscriptions.suggest([want('a'), want('b')]);
  subscriptions.disconnected();
  subscriptions.refresh([]);
  subscriptions.connected(true);
  clock.advance(1_000);
  expect(requests).toEqual([]);
  subscriptions.disconnected();
  subscriptions.refresh(['b']);
  subscriptions.connected(true);
  clock.advance(1_000);
  await last()?.answer();
  expect(requests.map(({ wants }) => wants)).toEqual([['a', 'b']]);
});

test('nothing is said while there is no connection; afterwards everything is', async () => {
  const { clock, requests, subscriptions, last } = subscribing();
  subscriptions.set([want('a')]);
  clock.advance(1_000);
  expect(requests).toEqual([]);
  subscriptions.connected(false);
  clock.advance(1);
  await last()?.answer();
  subscriptions.disconnected();
  subscriptions.connected(true);
  clock.advance(1_000);
  expect(requests).toHaveLength(1);
});

test('a new session is told everything again', async () => {
  const { clock, requests, subscriptions, last } = subscribing();
  subscriptions.connected(false);
  subscriptions.set([want('a')]);
  clock.advance(20);
  await last()?.answer();
  subscriptions.disconnected();
  subscriptions.connected(false);
  clock.advance(1_000);
  expect(requests.map(({ wants }) => wants)).toEqual([['a'], ['a']]);
});

test('after a lost answer, tracks whose consumers we may have missed are let go and wanted anew', async () => {
  const { clock, known, requests, subscriptions, last } = subscribing();
  known.add('a');
  subscriptions.connected(false);
  subscriptions.set([want('a'), want('b')]);
  clock.advance(20);
  subscriptions.disconnected();
  await last()?.fail(new CanopyError('STATE_UNAVAILABLE'));
  subscriptions.connected(true);
  clock.advance(2_000);
  await last()?.answer();
  clock.advance(2_000);
  expect(requests.map(({ wants }) => wants)).toEqual([['a', 'b'], ['a'], ['a', 'b']]);
});

test('after a lost answer about a track that comes another way, what it comes by is let go and wanted anew', async () => {
  const { clock, known, requests, subscriptions, last } = subscribing();
  for (const trackId of ['a', 'b']) known.add(trackId);
  subscriptions.connected(false);
  subscriptions.set([want('a'), want('b')]);
  clock.advance(20);
  await last()?.answer();
  subscriptions.refresh(['b']);
  clock.advance(100);
  subscriptions.disconnected();
  await last()?.fail(new CanopyError('STATE_UNAVAILABLE'));
  subscriptions.connected(true);
  for (let answers = 0; answers < 3; answers++) {
    clock.advance(1_000);
    await last()?.answer();
  }
  const both = ['a', 'b'];
  expect(requests.map(({ wants }) => wants)).toEqual([both, both, ['a'], both]);
});

test('what was lost with the connection is asked at once when it is back, however often that happens', async () => {
  const { clock, requests, subscriptions, last } = subscribing();
  subscriptions.connected(false);
  subscriptions.set([want('a')]);
  clock.advance(20);
  for (let loss = 0; loss < 5; loss++) {
    subscriptions.disconnected();
    await last()?.fail(new CanopyError('STATE_UNAVAILABLE'));
    subscriptions.connected(true);
    clock.advance(100);
  }
  expect(requests).toHaveLength(6);
});

test('wants are told again when they mean something else, also while an answer is awaited', async () => {
  const { clock, requests, subscriptions, last } = subscribing();
  subscriptions.connected(false);
  subscriptions.set([want('a')]);
  clock.advance(20);
  subscriptions.refresh();
  await last()?.answer();
  clock.advance(1_000);
  await last()?.answer();
  clock.advance(1_000);
  expect(requests.map(({ wants }) => wants)).toEqual([['a'], ['a']]);
});

test('an answer that comes after the session was left counts for nothing', async () => {
  const { clock, known, requests, subscriptions, last } = subscribing();
  subscriptions.connected(false);
  subscriptions.set([want('a')]);
  clock.advance(20);
  subscriptions.disconnected();
  await last()?.answer({ added: [{ trackId: 'a', consumerId: 'c', kind: 'TRACK_KIND_VIDEO', paused: false }] });
  expect(known.size).toBe(0);
  subscriptions.refresh();
  subscriptions.connected(true);
  clock.advance(1_000);
  await last()?.answer();
  clock.advance(1_000);
  expect(requests.map(({ wants }) => wants)).toEqual([['a'], [], ['a']]);
});
