import { percentile } from '../statistics.ts';

export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** How long media stopped for those who got it again, ms; infinite (null in JSON) where nobody did. */
export type Gaps = Percentiles;

/** A gap that never ended is infinite. It is counted by {@link countWithoutMedia} and is in no percentile, unless none ended: then no gap may pass for a short one. */
export function gaps(values: readonly number[]): Gaps {
  return percentiles(countWithoutMedia(values) === values.length ? values : values.filter(Number.isFinite));
}

/** To a tenth. */
export function percentiles(values: readonly number[]): Percentiles {
  const at = (percent: number) => Math.round(percentile(values, percent) * 10) / 10;
  return { p50: at(50), p95: at(95), p99: at(99), max: at(100) };
}

/** Gaps that never ended. */
export function countWithoutMedia(values: readonly number[]): number {
  return values.filter((ms) => ms === Number.POSITIVE_INFINITY).length;
}
