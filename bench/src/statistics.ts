/** The mean; 0 of nothing. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The smallest value that at least `percent` % of all do not exceed (nearest rank); 0 of nothing. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
}

/** One figure over several runs. */
export interface Spread {
  median: number;
  least: number;
  most: number;
}

/** Rounded to a tenth. */
export function spread(values: readonly number[]): Spread {
  const at = (percent: number) => Math.round(percentile(values, percent) * 10) / 10;
  return { median: at(50), least: at(0), most: at(100) };
}
