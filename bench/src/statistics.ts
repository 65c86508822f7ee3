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

/** How often each is among them, in the order of their names. */
export function countsOf(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** How much `y` rises for each `x`: the line through the points with the least squares; 0 where there is none. */
export function slope(points: readonly { x: number; y: number }[]): number {
  const [middleX, middleY] = [mean(points.map(({ x }) => x)), mean(points.map(({ y }) => y))];
  const spreadX = points.reduce((sum, { x }) => sum + (x - middleX) ** 2, 0);
  const together = points.reduce((sum, { x, y }) => sum + (x - middleX) * (y - middleY), 0);
  return spreadX === 0 ? 0 : together / spreadX;
}
