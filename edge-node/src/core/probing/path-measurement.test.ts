import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  afterAnswer,
  afterLoss,
  lossOf,
  lossWindow,
  nothingMeasured,
  type PathMeasurement,
  unansweredOf,
} from './path-measurement.ts';

function after(measurement: PathMeasurement, outcomes: readonly (number | 'lost')[]): PathMeasurement {
  return outcomes.reduce<PathMeasurement>(
    (before, outcome) => (outcome === 'lost' ? afterLoss(before) : afterAnswer(before, outcome)),
    measurement,
  );
}

const outcome = fc.oneof(fc.double({ min: 0.01, max: 1_000, noNaN: true }), fc.constant('lost' as const));

test('the first answer is taken as it is', () => {
  expect(after(nothingMeasured, [80])).toEqual({ rttMs: 80, lost: [false] });
});

test('a later answer moves the round-trip time by an eighth of the difference (RFC 6298)', () => {
  expect(after(nothingMeasured, [80, 160]).rttMs).toBe(90);
});

test('a path that became longer is believed within half a minute of probes', () => {
  const answers = Array.from({ length: 15 }, () => 150);
  expect(after(nothingMeasured, [50, ...answers]).rttMs).toBeGreaterThan(135);
});

test('a lost probe leaves the round-trip time alone', () => {
  expect(after(nothingMeasured, [80, 'lost'])).toEqual({ rttMs: 80, lost: [false, true] });
});

test('nobody ever answered: all is lost and no time is known', () => {
  const silent = after(nothingMeasured, ['lost', 'lost']);
  expect([silent.rttMs, lossOf(silent)]).toEqual([undefined, 1]);
});

test('loss that is over is forgotten after a window of answers', () => {
  const healed = Array.from({ length: lossWindow }, () => 20);
  expect(lossOf(after(nothingMeasured, ['lost', 'lost', ...healed]))).toBe(0);
});

test('the round-trip time lies among its samples, loss is a share, and the window is bounded', () => {
  fc.assert(
    fc.property(fc.array(outcome, { maxLength: 200 }), (outcomes) => {
      const measurement = after(nothingMeasured, outcomes);
      const samples = outcomes.filter((one) => one !== 'lost');
      const slack = 1e-9;
      expect(measurement.rttMs === undefined).toBe(samples.length === 0);
      if (measurement.rttMs !== undefined) {
        expect(measurement.rttMs).toBeGreaterThanOrEqual(Math.min(...samples) - slack);
        expect(measurement.rttMs).toBeLessThanOrEqual(Math.max(...samples) + slack);
      }
      const last = outcomes.slice(-lossWindow);
      expect(measurement.lost).toHaveLength(last.length);
      expect(lossOf(measurement)).toBe(last.filter((one) => one === 'lost').length / Math.max(1, last.length));
    }),
  );
});
test('probes without an answer are counted up to the last, of a way that once answered', () => {
  expect(unansweredOf(after(nothingMeasured, ['lost', 'lost']))).toBe(0);
  expect(unansweredOf(after(nothingMeasured, [20, 'lost', 'lost', 'lost']))).toBe(3);
  expect(unansweredOf(after(nothingMeasured, [20, 'lost', 'lost', 20]))).toBe(0);
});
