import { setTimeout as delay } from 'node:timers/promises';
import type { Wan } from '../wan/wan.ts';

/** bit/s of IP packets from one node to another, measured for so long. */
export async function flowBps(wan: Wan, from: string, to: string, forMs = 1_000): Promise<number> {
  const beganAtMs = performance.now();
  const { deliveredBytes: before } = await wan.stats(from, to);
  await delay(forMs);
  const { deliveredBytes } = await wan.stats(from, to);
  return ((deliveredBytes - before) * 8_000) / (performance.now() - beganAtMs);
}
