import { defaultFanOut } from '@canopy/control-plane/core/planning/planner';
import { describe, expect, test } from 'vitest';
import { savedRecords } from '../record.ts';
import { scenarios } from '../simulator/scenarios.ts';
import { run } from './simulate.ts';

describe.each([...scenarios])('simulate %s', (scenario, { regions, edges, edgeCapacity }) => {
  test('is the same twice, and leaves nobody without a way', async () => {
    const small = { scenario, viewers: '200', edges: String(regions) };
    const [{ timing: _, ...once }, { timing: __, ...again }] = [await run(small), await run(small)];
    expect(again).toEqual(once);
    expect(once.joined).toBeGreaterThan(0);
    expect(once.plans.unreached).toBe(0);
  }, 120_000);

  test('is saved as it runs where nothing else is asked for', async () => {
    const saved = (await savedRecords()).find(({ bench }) => bench === `simulate-${scenario}`);
    const size = { regions, edges, edgeCapacity, maxFanOut: defaultFanOut };
    expect(saved?.result).toMatchObject({ ...size, egress: { withBackups: expect.anything() } });
  });
});

test('says so where not all who come have a seat at once', async () => {
  const few = { scenario: 'flash-webinar-10k', edges: '12', viewers: '100' };
  expect((await run({ ...few, 'edge-capacity': '10' })).notes).toEqual([
    '103 people come to edges that take 96 at once, 8 each: see --edge-capacity.',
  ]);
  expect((await run({ ...few, 'edge-capacity': '20' })).notes).toEqual([]);
});
