import { expect, test } from 'vitest';
import { summary } from '../benches/meeting.ts';
import { atMost, type Exhibit } from './exhibit.ts';
import { meeting } from './exhibits/crowds.ts';
import { shownOf } from './shown.ts';

interface Result {
  count: number;
  ms: { p50: number };
}

const bench = {
  summary: (result: object) => {
    const { count, ms } = result as Result;
    return `${count} came\np50 ${ms.p50} ms`;
  },
};
const exhibit: Exhibit<object> = {
  promises: (result) => [
    atMost('p50', (result as Result).ms.p50, 10, 'ms'),
    atMost('count', (result as Result).count, 5),
  ],
  plots: (result) => [`<svg>${(result as Result).count}</svg>`],
};

test('a result of today is shown as it is', () => {
  const { summary: text, promises, plots } = shownOf({ count: 3, ms: { p50: 7 } }, bench, exhibit);
  expect(text).toBe('3 came\np50 7 ms');
  expect([promises.length, plots]).toEqual([2, ['<svg>3</svg>']]);
});

test('of an older result all is shown but what needs figures that it lacks, and it is said to be one', () => {
  const other = shownOf({ count: 3, ms: { mean: 7 } }, bench, exhibit);
  expect(other.summary).toMatch(/^3 came\nThis result was saved by an older version/);
  expect(other.promises.map(({ what }) => what)).toEqual(['count']);
  const without = shownOf({ count: 3 }, bench, exhibit);
  expect(without.summary).toMatch(/^This result was saved by an older version/);
  expect([without.promises, without.plots]).toEqual([[], ['<svg>3</svg>']]);
});

test('a meeting that was saved before it was told who moves is no table of undefined', () => {
  const figures = {
    people: 250,
    watching: 200,
    refused: {},
    joinMs: { p50: 454, p95: 1_236 },
    consumersPerPerson: 14,
    signalingBytesPerPerson: { coming: 27_762, perSecond: 0 },
    cpuMsPerJoin: { replica: 16.7, edges: 80.7 },
    cpuAfter: { replica: 0, edges: 1.1 },
    bytesPerPerson: { replica: 368_443, edges: 1_877_803 },
  };
  const exponents = { signalingBytes: 1, replicaCpu: 0.6, edgesCpu: 0.8, replicaMemory: 0.3, edgesMemory: 0.5 };
  const result = { mode: 'webinar', meetings: [figures, { ...figures, people: 500 }], exponents };
  const shown = shownOf(
    result,
    { summary: summary as (result: object) => string },
    meeting as Exhibit<never> as Exhibit<object>,
  );
  expect(JSON.stringify(shown)).not.toContain('undefined');
  expect(shown.summary).toContain('older version');
  expect(shown.promises).toHaveLength(6);
});
