import { expect, test } from 'vitest';
import { EgressMeter, type MeasuredTransport } from './egress-meter.ts';

/** A transport over which so much leaves, bit/s; `asked` counts how often that was asked of it. */
class Sending implements MeasuredTransport {
  readonly id: string;
  readonly type: string;
  readonly closed = false;
  bps: number;
  asked = 0;

  constructor(id: number | string, bps: number, type = 'webrtc') {
    this.id = String(id);
    this.bps = bps;
    this.type = type;
  }

  async getStats(): Promise<[{ sendBitrate: number }]> {
    this.asked += 1;
    return [{ sendBitrate: this.bps }];
  }
}

test('transports that were not asked yet count as much as the others, in whole bit/s', async () => {
  const meter = new EgressMeter();
  expect(meter.totalBps).toBe(0);
  const crowd = Array.from({ length: 100 }, (_, id) => new Sending(id, id === 0 ? 1 : 1_000));
  await meter.sample(crowd);
  expect(meter.totalBps).toBe(Math.round((63_001 * 100) / 64));
  await meter.sample(crowd);
  expect(meter.totalBps).toBe(99_001);
  await meter.sample(crowd.slice(0, 2));
  expect(meter.totalBps).toBe(1_001);
  await meter.sample([]);
  expect(meter.totalBps).toBe(0);
});

test('shows all of a change after five samples however many viewers there are, and asks each of them once for it', async () => {
  const meter = new EgressMeter();
  const sampled = async (transports: readonly Sending[]) => {
    for (let sample = 0; sample < 5; sample++) await meter.sample(transports);
  };
  const hall = Array.from({ length: 2_000 }, (_, id) => new Sending(id, 1_000));
  await sampled(hall);
  expect(meter.totalBps).toBe(2_000_000);
  // As many come as go, which must not make anybody wait for another round.
  const others = hall.map((viewer, id) => (id % 3 === 0 ? new Sending(`new ${id}`, 0) : viewer));
  for (const viewer of others) [viewer.bps, viewer.asked] = [5_000, 0];
  await sampled(others);
  expect(meter.totalBps).toBe(10_000_000);
  expect(new Set(others.map(({ asked }) => asked))).toEqual(new Set([1]));
});

test('links to other edges are asked each time, and say nothing of viewers who were not asked yet', async () => {
  const meter = new EgressMeter();
  const link = new Sending('link', 1_000_000, 'pipe');
  const hall = Array.from({ length: 1_000 }, (_, id) => new Sending(id, 1_000));
  await meter.sample([link, ...hall]);
  expect(meter.totalBps).toBe(2_000_000);
  link.bps = 3_000_000;
  await meter.sample([link, ...hall]);
  expect(meter.totalBps).toBe(4_000_000);
  expect(link.asked).toBe(2);
});
