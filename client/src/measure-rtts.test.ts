import { expect, onTestFinished, test, vi } from 'vitest';
import { measureRtts } from './measure-rtts.ts';

function edge(id: string) {
  return { id, region: 'r', url: `http://${id}/healthz` };
}

/** Answers that take as long as the list for their edge says, one edge at a time. */
function answers(delays: Record<string, number[]>) {
  let time = 0;
  return {
    now: () => time,
    ask: async (url: string) => {
      const delay = delays[new URL(url).host]?.shift();
      if (delay === undefined) throw new Error('no answer');
      time += delay;
    },
  };
}

test('the quickest answer counts, but not the first, which opens the connection', async () => {
  expect(await measureRtts([edge('a')], answers({ a: [5, 40, 21, 30] }))).toEqual([{ edgeId: 'a', rttMs: 21 }]);
});

test('an edge that stops answering counts with what it answered; one that never did is left out', async () => {
  expect(await measureRtts([edge('a')], answers({ a: [50, 20] }))).toEqual([{ edgeId: 'a', rttMs: 20 }]);
  expect(await measureRtts([edge('a')], answers({ a: [50] }))).toEqual([]);
});

test('a secure page asks no edge that is not', async () => {
  vi.stubGlobal('location', { protocol: 'https:' });
  onTestFinished(() => void vi.unstubAllGlobals());
  const asked: string[] = [];
  const ask = async (url: string) => void asked.push(url);
  await measureRtts([edge('a'), { ...edge('b'), url: 'https://b/healthz' }], { ask });
  expect(new Set(asked)).toEqual(new Set(['https://b/healthz']));
});

test.each([
  ['http://far/healthz', [], 150],
  ['https://far/healthz', [], 100],
  ['http://far/healthz', [180], 120],
])('%s, which does not answer in time, counts with the least it can be', async (url, answered, rttMs) => {
  const budgetMs = 300;
  let time = 0;
  const delays = [...answered];
  const ask = async (_url: string, signal: AbortSignal) => {
    time += delays[0] ?? 0;
    if (delays.shift() !== undefined) return;
    const aborted = Promise.withResolvers<void>();
    signal.addEventListener('abort', () => aborted.reject(signal.reason));
    time = budgetMs;
    await aborted.promise;
  };
  const edges = [{ id: 'far', region: 'r', url }];
  expect(await measureRtts(edges, { budgetMs: 10, ask, now: () => time })).toEqual([{ edgeId: 'far', rttMs }]);
});
