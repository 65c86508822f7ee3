import { systemClock } from '@canopy/runtime/clock';
import { silentLogger } from '@canopy/runtime/logger';
import { expect, test } from 'vitest';
import { NatsBus } from '../src/adapters/nats-bus.ts';

test('what is said while the bus is not there yet, and after it was closed, is dropped', async () => {
  const url = process.env.NATS_URL ?? '';
  const bus = new NatsBus({
    url,
    edgeId: 'quiet',
    bootId: 'b',
    clock: systemClock,
    logger: silentLogger,
    onRoutes: () => {},
    onRefused: () => {},
    onReconnected: () => {},
  });
  const say = () => bus.publish({ linkLost: { meetingId: 'm', parentEdgeId: 'p' } });
  say();
  await expect.poll(() => bus.connected, { timeout: 10_000 }).toBe(true);
  await bus.close();
  expect(say).not.toThrow();
});
