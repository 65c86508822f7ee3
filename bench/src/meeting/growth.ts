/** The exponent with which a total grows with the number of people: 1 in proportion, 2 with its square. `totals` are pairs of people and total, the fewest people first. */
export function exponentOf(totals: readonly (readonly [people: number, total: number])[]): number {
  const points = totals.map(([people, total]) => [Math.log(people), Math.log(total)] as const);
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const variance = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return covariance / variance;
}
