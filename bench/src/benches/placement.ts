import { GeoLocator } from '@canopy/geo/locator';
import { silentLogger } from '@canopy/runtime/logger';
import { wholeNumber } from '../arguments.ts';
import type { OptionValues } from '../bench.ts';
import { largeCities } from '../placement/cities.ts';
import { measureRegret, type Regret } from '../placement/regret.ts';
import { measureLookups, measureThroughput, type Throughput } from '../placement/throughput.ts';
import { seededRandom } from '../random.ts';
import { readRegionData } from '../region-data.ts';

export const description =
  'measures placement decisions per second and core, and how much longer the chosen paths are than those of an oracle';

export const needs = 'node';

export const options = {
  clients: { type: 'string', default: '20000', description: 'N: clients placed for the regret' },
  seed: { type: 'string', default: '1', description: 'N: of cities, publishers and noise' },
  'duration-ms': { type: 'string', default: '1000', description: 'MS: CPU time for each number of edges' },
} as const;

/** Of the logarithm: two thirds of the true RTTs lie between 0.74 and 1.35 of the estimate. */
const noise = 0.3;

const lastMileMs = 20;

export interface PlacementResult {
  throughput: Throughput[];
  /** GeoIP lookups per second and core. */
  lookupsPerSecond: { new: number; cached: number };
  clients: number;
  noise: number;
  lastMileMs: number;
  regretMs: Regret;
}

export async function run(values: OptionValues): Promise<PlacementResult> {
  const clients = wholeNumber(values, 'clients', 1, 10_000_000) ?? 20_000;
  const seed = wholeNumber(values, 'seed', 0, 2 ** 32 - 1) ?? 1;
  const durationMs = wholeNumber(values, 'duration-ms', 1, 60_000) ?? 1_000;
  using locator = await GeoLocator.open({ logger: silentLogger });
  const random = seededRandom(seed);
  const lookupsPerSecond = measureLookups(locator, 200_000, random);
  const throughput = [5, 50, 500].map((edges) => measureThroughput(locator, edges, durationMs, random));
  const data = await readRegionData(new URL('../../data/aws-12-regions.json', import.meta.url));
  const regretMs = measureRegret(data, {
    cities: largeCities(),
    clients,
    noise,
    lastMileMs,
    random: seededRandom(seed),
  });
  return { throughput, lookupsPerSecond, clients, noise, lastMileMs, regretMs };
}

export function summary({ throughput, lookupsPerSecond, regretMs }: PlacementResult): string {
  const columns = (...cells: (string | number)[]) => cells.map((cell) => String(cell).padStart(18)).join('');
  return [
    columns('edges', 'decisions/s/core'),
    ...throughput.map(({ edges, decisionsPerSecond }) => columns(edges, decisionsPerSecond)),
    `GeoIP lookups/s/core: ${lookupsPerSecond.new} of new addresses, ${lookupsPerSecond.cached} of known ones`,
    columns('extra ms, knowing', 'mean', 'p50', 'p95', 'same edge'),
    ...Object.entries(regretMs).map(([name, { mean, p50, p95, sameEdge }]) => columns(name, mean, p50, p95, sameEdge)),
  ].join('\n');
}
