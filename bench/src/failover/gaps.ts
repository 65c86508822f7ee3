import { percentile } from '../statistics.ts';

/** How long media stopped, ms. */
export interface Gaps {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

export function gaps(values: readonly number[]): Gaps {
  const at = (percent: number) => Math.round(percentile(values, percent) * 10) / 10;
  return { p50: at(50), p95: at(95), p99: at(99), max: at(100) };
}
