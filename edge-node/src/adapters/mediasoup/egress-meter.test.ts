import { expect, test } from 'vitest';
import { EgressMeter, type MeasuredTransport } from './egress-meter.ts';

/** A transport over which so much leaves, bit/s. */
function sending(id: number, sendBitrate: number): MeasuredTransport {
  return { id: String(id), closed: false, getStats: async () => [{ sendBitrate }] };
}

test('transports that were not asked yet count as much as the others, in whole bit/s', async () => {
  const meter = new EgressMeter();
  expect(meter.totalBps).toBe(0);
  const crowd = Array.from({ length: 100 }, (_, id) => sending(id, id === 0 ? 1 : 1_000));
  await meter.sample(crowd);
  expect(meter.totalBps).toBe(Math.round((63_001 * 100) / 64));
  await meter.sample(crowd);
  expect(meter.totalBps).toBe(99_001);
  await meter.sample(crowd.slice(0, 2));
  expect(meter.totalBps).toBe(1_001);
  await meter.sample([]);
  expect(meter.totalBps).toBe(0);
});
