import type { TrackWant } from '@canopy/proto/media';
import type { Subscribed } from '@canopy/proto/signal';
import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Subscriptions } from './subscriptions.ts';

function want(trackId: string, width = 320): TrackWant {
  return { trackId, width, height: (width * 9) / 16, priority: 100 };
}

const nothingNew: Subscribed = { added: [], removedConsumerIds: [], refused: [] };

/** A server that answers when told to. */
function setUp() {
  const clock = new VirtualClock();
  const known = new Set<string>();
  const requests: { wants: string[]; sizes: number[]; at: number }[] = [];
  const exact: TrackWant[][] = [];
  const open: { answer(subscribed?: Partial<Subscribed>): Promise<void>; fail(error: CanopyError): Promise<void> }[] =
    [];
  const subscriptions = new Subscriptions({
    clock,
    random: () => 0.5,
    has: (trackId) => known.has(trackId),
    onAnswer: ({ added }) => {
      for (const { trackId } of added) known.add(trackId);
    },
    subscribe: (wants) => {
      exact.push(wants);
      requests.push({
        wants: wants.map(({ trackId }) => trackId),
        sizes: wants.map(({ width }) => width),
        at: clock.now(),
      });
      return new Promise((resolve, reject) => {
        open.push({
          answer: async (subscribed = {}) => {
            resolve({ ...nothingNew, ...subscribed });
            await settled();
          },
          fail: async (error) => {
            reject(error);
            await settled();
          },
        });
      });
    },
  });
  return { clock, known, requests, exact, subscriptions, last: () => open.at(-1) };
}

/** What is warned of is not shown here. */
function quieten() {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  onTestFinished(() => warn.mockRestore());
  return warn;
}

/** Lets everything that waits for an answer run. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}

test('what is forgotten before it was told is not told as nothing', () => {
  const { clock, requests, subscriptions } = setUp();
  subscriptions.connected(true);
  subscriptions.set([want('a')]);
  subscriptions.forget();
  clock.advance(60_000);
  expect(requests).toEqual([]);
});

test('changes that come together become one message', () => {
  const { clock, requests, subscriptions } = setUp();
  subscriptions.connected(false);
  subscriptions.set([want('a')]);
  subscriptions.set([want('a'), want('b')]);
  subscriptions.set([want('b'), want('a', 640)]);
  clock.advance(1_000);
  expect(requests).toEqual([{ wants: ['a', 'b'], sizes: [640, 320], at: 20 }]);
});

test('what the server chose at the join stands until the application says something', () => {
  const { clock, requests, subscriptions } = setUp();
  subscriptions.connected(false);
  clock.advance(1_000);
  expect(requests).toEqual([]);
  subscriptions.set([]);
  clock.advance(1_000);
  expect(requests).toHaveLength(1);
});

test('what is published later is asked for where the application says nothing, and no longer once it does', async () => {
  const { clock, known, requests, subscriptions, last } = setUp();
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
  const { clock, known, requests, subscriptions, last } = setUp();
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

test('after a new session what the server chose stands again', async () => {
  const { clock, known, requests, subscriptions, last } = setUp();
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

test('wanting the same again says nothing', async () => {
  const { clock, requests, subscriptions, last } = setUp();
  subscriptions.connected(false);
  subscriptions.set([want('a'), want('b')]);
  clock.advance(20);
  await last()?.answer();
  subscriptions.set([want('b'), want('a')]);
  clock.advance(1_000);
  expect(requests).toHaveLength(1);
});

test('only one request is under way, and what changed meanwhile goes into the next', async () => {
  const { clock, requests, subscriptions, last } = setUp();
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
  const { clock, requests, subscriptions, last } = setUp();
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

test('nothing is said while there is no connection; afterwards everything is', async () => {
  const { clock, requests, subscriptions, last } = setUp();
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
  const { clock, requests, subscriptions, last } = setUp();
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
  const { clock, known, requests, subscriptions, last } = setUp();
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
  const { clock, known, requests, subscriptions, last } = setUp();
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
  const { clock, requests, subscriptions, last } = setUp();
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

test('a track that can not be had is asked for no more often because others are wanted meanwhile', async () => {
  const { clock, requests, subscriptions, last } = setUp();
  const refused = [{ trackId: 'a', reason: { code: 'ROUTE_NOT_FOUND', message: '', retryable: true } }];
  subscriptions.connected(false);
  for (let page = 0; page < 20; page++) {
    subscriptions.set([want('a'), want(`${page}`)]);
    clock.advance(200);
    await last()?.answer({ refused });
  }
  const before = requests.length;
  for (let at = 0; at < 60_000; at += 100) {
    clock.advance(100);
    await last()?.answer({ refused });
  }
  expect(requests.length - before).toBeLessThan(15);
});

test('a track that was refused for a passing reason is asked for again, later and later', async () => {
  const { clock, requests, subscriptions, last } = setUp();
  const refused = [{ trackId: 'a', reason: { code: 'ROUTE_NOT_FOUND', message: '', retryable: true } }];
  subscriptions.connected(false);
  subscriptions.set([want('a')]);
  for (let round = 0; round < 4; round++) {
    clock.advance(4_200);
    await last()?.answer({ refused });
  }
  const gaps = requests.slice(1).map(({ at }, index) => at - (requests[index]?.at ?? 0));
  expect(requests.length).toBe(4);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(600);
});

test('a track that is gone is not asked for again', async () => {
  const { clock, requests, subscriptions, last } = setUp();
  subscriptions.connected(false);
  subscriptions.set([want('a')]);
  clock.advance(20);
  await last()?.answer({
    refused: [{ trackId: 'a', reason: { code: 'TRACK_NOT_FOUND', message: '', retryable: false } }],
  });
  clock.advance(60_000);
  expect(requests).toHaveLength(1);
});

test('a refusal of the whole request is not repeated', async () => {
  quieten();
  const { clock, requests, subscriptions, last } = setUp();
  subscriptions.connected(false);
  subscriptions.set([want('a')]);
  clock.advance(20);
  await last()?.fail(new CanopyError('BAD_REQUEST'));
  clock.advance(60_000);
  expect(requests).toHaveLength(1);
});

test('sizes and priorities are told as the server takes them', () => {
  const { clock, exact, subscriptions } = setUp();
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
  const { clock, exact, subscriptions } = setUp();
  subscriptions.connected(false);
  const many = Array.from({ length: 300 }, (_, index) => ({ ...want(`t${index}`), priority: index < 100 ? 10 : 100 }));
  subscriptions.set(many);
  clock.advance(1_000);
  const asked = exact[0] ?? [];
  expect([asked.length, asked.filter(({ priority }) => priority === 100).length]).toEqual([256, 200]);
});

test('what is refused for good is warned of, but for tracks that are gone', async () => {
  const warn = quieten();
  const { clock, subscriptions, last } = setUp();
  const refusal = (trackId: string, code: string, retryable = false) => ({
    trackId,
    reason: { code, message: '', retryable },
  });
  subscriptions.connected(false);
  subscriptions.set([want('a')]);
  clock.advance(1_000);
  await last()?.answer({ refused: [refusal('a', 'TRACK_NOT_FOUND'), refusal('b', 'ROUTE_NOT_FOUND', true)] });
  expect(warn).not.toHaveBeenCalled();
  subscriptions.set([want('c')]);
  clock.advance(1_000);
  await last()?.answer({ refused: [refusal('c', 'VIDEO_LIMIT_REACHED')] });
  subscriptions.set([want('d')]);
  clock.advance(1_000);
  await last()?.fail(new CanopyError('BAD_REQUEST'));
  expect(warn).toHaveBeenCalledTimes(2);
});

test('wants are told again when they mean something else, also while an answer is awaited', async () => {
  const { clock, requests, subscriptions, last } = setUp();
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
  const { clock, known, requests, subscriptions, last } = setUp();
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

test('a clock that is set back holds nothing up', async () => {
  const { clock, requests, subscriptions, last } = setUp();
  subscriptions.connected(false);
  subscriptions.set([want('a')]);
  clock.advance(20);
  await last()?.answer();
  clock.set(-3_600_000);
  subscriptions.set([want('b')]);
  clock.advance(100);
  expect(requests.map(({ wants }) => wants)).toEqual([['a'], ['b']]);
});
