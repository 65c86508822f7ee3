import { VirtualClock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { expect, test } from 'vitest';
import type { Ask } from '../feature.ts';
import { ClockWatch } from './clock-watch.ts';

/** A server 500 ms behind this clock, that is away while told so. */
function watched() {
  const clock = new VirtualClock(1_000_000);
  const server = { away: false, asked: 0 };
  const ask: Ask = async () => {
    server.asked += 1;
    if (server.away) throw new CanopyError('STATE_UNAVAILABLE');
    return { id: 1, time: { unixMs: clock.now() - 500 } };
  };
  const watch = new ClockWatch(clock, ask);
  const pass = async (ms: number) => {
    for (let at = 0; at < ms; at += 1_000) {
      clock.advance(1_000);
      await Promise.resolve();
      await Promise.resolve();
    }
  };
  return { server, watch, pass };
}

test('asks a few times soon after joining, then seldom', async () => {
  const { server, watch, pass } = watched();
  expect(watch.aheadMs).toBeUndefined();
  await pass(5_000);
  expect(watch.aheadMs).toBe(500);
  const soon = server.asked;
  expect(soon).toBeGreaterThan(3);
  await pass(120_000);
  expect(server.asked - soon).toBeLessThanOrEqual(2);
});

test('goes on asking while the server is away, and knows nothing until it answers', async () => {
  const { server, watch, pass } = watched();
  server.away = true;
  await pass(10_000);
  expect(watch.aheadMs).toBeUndefined();
  server.away = false;
  await pass(2_000);
  expect(watch.aheadMs).toBe(500);
});

test('asks nothing more once it is stopped', async () => {
  const { server, watch, pass } = watched();
  await pass(2_000);
  watch.stop();
  const before = server.asked;
  await pass(10_000);
  expect(server.asked).toBe(before);
});
