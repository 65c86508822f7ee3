/** The mean; 0 of nothing. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The smallest value that at least `percent` % of all do not exceed (nearest rank); 0 of nothing. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0;
}

/** What runs of the same thing gave. */
export interface Spread {
  median: number;
  least: number;
  most: number;
}

export function spread(values: readonly number[], digits = 1): Spread {
  const at = (percent: number) => rounded(percentile(values, percent), digits);
  return { median: at(50), least: at(0), most: at(100) };
}

export function rounded(value: number, digits = 1): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}
