import { expect, test } from 'vitest';
import { explain } from './decision.ts';

test('the best comes first, and who is rejected says by which rule', () => {
  const text = explain({
    edgeId: 'fra-1',
    rule: 'least-path',
    candidates: [
      { edgeId: 'sin-1', region: 'ap-southeast-1', load: 0, rejectedBecause: 'residency' },
      {
        edgeId: 'iad-1',
        region: 'us-east-1',
        score: 90,
        clientRttMs: 88,
        rttSource: 'estimated',
        load: 0.1,
        networkBound: true,
      },
      { edgeId: 'fra-1', region: 'eu-central-1', score: 12, clientRttMs: 10, rttSource: 'measured', load: 0.2 },
    ],
  });
  expect(text).toContain('fra-1, because it has the least score');
  expect(
    text
      .split('\n')
      .slice(3)
      .map((line) => line.split(' ')[0]),
  ).toEqual(['fra-1', 'iad-1', 'sin-1']);
  expect(text).toMatch(/sin-1 .* residency$/m);
  expect(text).toMatch(/iad-1 .* 10 % \(network\)/);
  expect(text).toMatch(/fra-1 .* 20 % *$/m);
});

test('a score is the sum of the columns after it, those that are nothing everywhere left out', () => {
  const parts = { publishersMs: 92, loadMs: 0.1, newEdgeMs: 5, doubtMs: 0 };
  const candidate = { edgeId: 'fra-1', region: 'eu-central-1', load: 0.05, rttSource: 'estimated' };
  const text = explain({
    edgeId: 'fra-1',
    rule: 'least-path',
    candidates: [{ ...candidate, clientRttMs: 8, score: 105.1, parts }],
    taken: { source: 'client', location: { latitude: 50.11, longitude: 8.68 }, near: 'Frankfurt' },
  });
  expect(text).toContain(
    'taken to be at 50.11,8.68, nearest city of a region: Frankfurt; that is where it says itself',
  );
  expect(
    text
      .split('\n')
      .slice(-2)
      .map((line) => line.split(/ {2,}/)),
  ).toEqual([
    [
      'EDGE',
      'REGION',
      'SCORE',
      '= ROUND TRIP',
      'WHICH IS',
      '+ TO PUBLISHERS',
      '+ FOR LOAD',
      '+ NEW EDGE',
      'LOAD',
      'REJECTED BY',
    ],
    ['fra-1', 'eu-central-1', '105.1 ms', '8 ms', 'estimated', '92 ms', '0.1 ms', '5 ms', '5 %'],
  ]);
});

test('that every edge was rejected is said first', () => {
  expect(explain({ rule: 'alive', candidates: [] })).toContain('No edge takes anybody (alive).');
});
