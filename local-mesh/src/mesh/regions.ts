/** The five regions of a local mesh, unless others are asked for. */
export const defaultRegions = ['us-east-1', 'sa-east-1', 'eu-central-1', 'ap-southeast-1', 'ap-southeast-2'] as const;

/** One edge for each entry; a region named twice has two: `us-east-1-1`, `us-east-1-2`. */
export function nameEdges(regions: readonly string[]): { id: string; region: string }[] {
  const counts = new Map<string, number>();
  return regions.map((region) => {
    const number = (counts.get(region) ?? 0) + 1;
    counts.set(region, number);
    return { id: `${region}-${number}`, region };
  });
}
