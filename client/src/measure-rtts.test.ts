import { expect, test } from 'vitest';
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

test('when time is up, what is known is known', async () => {
  const hanging = (_url: string, signal: AbortSignal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  expect(await measureRtts([edge('a'), edge('b')], { budgetMs: 10, ask: hanging })).toEqual([]);
});
