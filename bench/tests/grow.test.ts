import { expect, test } from 'vitest';
import { ownServicesLeftOut } from '../../scripts/setup/services.mjs';
import { run, summary } from '../src/benches/grow.ts';

// Edges of other tests are on the bus that they share.
const leftOut = ownServicesLeftOut(['NATS'], process.env);

test.skipIf(leftOut)(
  'a small webinar grows over two edges, shrinks back, and keeps every promise',
  { timeout: 180_000 },
  async () => {
    const result = await run({ viewers: '24', edges: '2', workers: '1', 'connect-every': '4', simulated: '100' });
    expect(result.holds).toEqual(Object.fromEntries(Object.keys(result.holds).map((promise) => [promise, true])));
    expect(result).toMatchObject({
      viewers: { wanted: 24, joined: 24, connected: 6, refused: {}, lost: {} },
      consumers: 48,
      mesh: { mostLinks: 1, copiesPerLinkAndTrack: 1, tracedDepth: 1, linksLeft: 0 },
      firstFrameMs: { count: 6, missing: 0 },
    });
    expect(Object.keys(result.placements).sort()).toEqual(['eu-central-1-1', 'us-east-1-1']);
    expect(result.simulated?.joined).toBeGreaterThanOrEqual(100);
    expect(summary(result)).toContain('24 of 24 viewers joined');
  },
);
