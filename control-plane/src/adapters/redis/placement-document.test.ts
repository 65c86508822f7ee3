import { expect, test } from 'vitest';
import type { RatedCandidate } from '../../core/placement/types.ts';
import { packPlacement, readPlacement } from './placement-document.ts';

const placedAt = Date.UTC(2026, 10, 28);

test('a placement is kept with all that was considered', () => {
  const candidates: RatedCandidate[] = [
    { edgeId: 'full', region: 'eu-central-1', load: 0.9, networkBound: true, rejectedBecause: 'below-overload' },
    {
      edgeId: 'next',
      region: 'eu-west-1',
      load: 0.125,
      score: 20.5,
      parts: { publishersMs: 2.125, loadMs: 0.625, newEdgeMs: 5, doubtMs: 0 },
      clientRttMs: 12.75,
      rttSource: 'measured',
    },
  ];
  const taken = { source: 'client', location: { latitude: 50.11, longitude: 8.68 } } as const;
  const decision = { edgeId: 'next', rule: 'least-path', candidates, taken, regretMs: 0.25 } as const;
  expect(readPlacement(packPlacement({ placedAt, decision }))).toEqual({ placedAt, decision });
});

test('one that a former version kept is read without what it did not keep', () => {
  const candidates = [{ edgeId: 'next', region: 'eu-west-1', load: 0.125, score: 20.5 }];
  const kept = { placedAt, decision: { edgeId: 'next', rule: 'least-path', candidates } };
  expect(readPlacement(Buffer.from(JSON.stringify(kept)))).toEqual(kept);
});

test('one that a newer version kept is read without a place that is known by what this one does not know', () => {
  const decision = { edgeId: 'next', rule: 'least-path', candidates: [] };
  const kept = { placedAt, decision: { ...decision, taken: { source: 'tea leaves' } } };
  expect(readPlacement(Buffer.from(JSON.stringify(kept)))).toEqual({ placedAt, decision });
});

test('in a mesh of 200 edges it takes less than six kilobytes', () => {
  const candidates = Array.from({ length: 200 }, (_, number): RatedCandidate => {
    const clientRttMs = 10 + 250 * Math.abs(Math.sin(number));
    const region = `region-${number % 12}`;
    const score = clientRttMs * 1.37;
    return {
      edgeId: `${region}-${number}`,
      region,
      load: 1 / (number + 1),
      score,
      parts: {
        publishersMs: 90 * Math.abs(Math.cos(number)),
        loadMs: 40 / (number + 1) ** 2,
        newEdgeMs: 5,
        doubtMs: 0,
      },
      clientRttMs,
      rttSource: 'estimated',
    };
  });
  const packed = packPlacement({ placedAt, decision: { edgeId: 'region-0-0', rule: 'least-path', candidates } });
  expect(packed.length).toBeLessThan(6_000);
  expect(readPlacement(packed).decision.candidates).toHaveLength(200);
});
