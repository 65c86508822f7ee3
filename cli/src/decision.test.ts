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

test('that every edge was rejected is said first', () => {
  expect(explain({ rule: 'alive', candidates: [] })).toContain('No edge takes anybody (alive).');
});
