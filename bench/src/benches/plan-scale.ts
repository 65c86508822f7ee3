import {
  defaultFanOut,
  defaultPlanPolicy,
  type PlanEdge,
  type PlanRequest,
  planCascade,
  repairCascade,
  validateCascade,
} from '@canopy/control-plane/core/planning/planner';
import { estimateRttMs } from '@canopy/geo/rtt';
import { text, wholeNumber } from '../arguments.ts';
import { BenchError, type OptionValues } from '../bench.ts';
import { seededRandom } from '../random.ts';
import { meshOfEdges, type RegionData, tableOf, twelveRegions } from '../region-data.ts';
import { percentile } from '../statistics.ts';

export const description = 'how long plans, plans from a current one, and repairs take as the mesh grows';

export const needs = 'node';

export const options = {
  edges: { type: 'string', default: '50,100,200,400,700,1000', description: 'N,N: sizes of the mesh' },
  'max-fan-out': { type: 'string', default: String(defaultFanOut), description: 'N: links that may start at one edge' },
  runs: { type: 'string', default: '9', description: 'N: runs of each, the median is reported' },
} as const;

export interface ScaleRow {
  edges: number;
  /** 12, or one for each edge: then nothing is alike, and most is to be weighed. */
  regions: number;
  /** ms, medians over the runs. */
  planMs: number;
  replanMs: number;
  repairMs: number;
  /** Of the slowest run. */
  longestPlanMs: number;
  microsecondsPerEdge: number;
  /** Copies that cross between regions. */
  crossings: number;
  costUsdPerGb: number;
}

export async function run(values: OptionValues): Promise<ScaleRow[]> {
  const data = await twelveRegions();
  const maxFanOut = wholeNumber(values, 'max-fan-out', 1, 1_000_000) ?? defaultFanOut;
  const runs = wholeNumber(values, 'runs', 1, 1_000) ?? 9;
  const sizes = (text(values, 'edges') ?? '').split(',').map(Number);
  if (sizes.some((size) => !Number.isInteger(size) || size < 2))
    throw new BenchError(`--edges takes whole numbers from 2 on, separated by commas, not "${text(values, 'edges')}".`);
  const requests = [data, undefined].flatMap((shared) =>
    sizes.map((size) => requestOf(shared ?? scatteredRegions(data, size), size, maxFanOut)),
  );
  for (const request of requests) planCascade(request);
  return requests.map((request) => measure(request, runs));
}

function requestOf(data: RegionData, size: number, maxFanOut: number): PlanRequest {
  const edges = Array.from({ length: size }, (_, index): PlanEdge => {
    const region = data.ids[index % data.ids.length] ?? '';
    return { id: `${region}/${Math.floor(index / data.ids.length)}`, region, load: 0, maxFanOut, usable: true };
  });
  const ids = edges.map(({ id }) => id);
  const originId = ids.find((id) => id.startsWith('ap-southeast-2')) ?? ids[0] ?? '';
  return { mesh: meshOfEdges(data, edges), policy: defaultPlanPolicy, originId, memberIds: ids };
}

/** So many regions anywhere on the globe: RTTs by distance, prices of one of the known regions. */
function scatteredRegions(data: RegionData, count: number): RegionData {
  const random = seededRandom(count);
  const ids = Array.from({ length: count }, (_, index) => `region-${index}`);
  const at = () => ({
    latitude: (Math.asin(2 * random.unit() - 1) * 180) / Math.PI,
    longitude: 360 * random.unit() - 180,
  });
  const places = new Map(ids.map((id) => [id, at()]));
  const place = (id: string) => places.get(id) ?? { latitude: 0, longitude: 0 };
  const prices = new Map(ids.map((id) => [id, priceFrom(data, data.ids[random.index(data.ids.length)] ?? '')]));
  return {
    ids,
    places,
    rttMs: tableOf(ids, (a, b) => estimateRttMs(place(a), place(b))),
    egressUsdPerGb: tableOf(ids, (from) => prices.get(from) ?? 0),
  };
}

function priceFrom(data: RegionData, region: string): number {
  return Math.max(...data.ids.map((to) => data.egressUsdPerGb(region, to)));
}

function measure(request: PlanRequest, runs: number): ScaleRow {
  const { cascade: current, costUsdPerGb } = planCascade(request);
  const violations = validateCascade(current, request);
  if (violations.length > 0) throw new Error(`the plan is invalid: ${JSON.stringify(violations.slice(0, 5))}`);
  const nodes = [...current.nodes.values()];
  const lostId = nodes.find((node) => nodes.some((other) => other.parentId === node.edgeId))?.edgeId ?? '';
  const repair = { ...request, current, memberIds: request.memberIds.filter((id) => id !== lostId) };
  const region = (id: string) => request.mesh.edges.get(id)?.region;
  const plans = timesMs(runs, () => planCascade(request));
  const planMs = percentile(plans, 50);
  return {
    edges: request.mesh.edges.size,
    regions: new Set([...request.mesh.edges.values()].map((edge) => edge.region)).size,
    planMs,
    replanMs: percentile(
      timesMs(runs, () => planCascade({ ...request, current })),
      50,
    ),
    repairMs: percentile(
      timesMs(runs, () => repairCascade({ ...repair, lost: new Set([lostId]) })),
      50,
    ),
    longestPlanMs: Math.max(...plans),
    microsecondsPerEdge: (planMs * 1_000) / request.mesh.edges.size,
    crossings: nodes.filter(({ edgeId, parentId }) => region(edgeId) !== region(parentId)).length,
    costUsdPerGb,
  };
}

function timesMs(runs: number, work: () => unknown): number[] {
  return Array.from({ length: runs }, () => {
    const startedAt = performance.now();
    work();
    return performance.now() - startedAt;
  });
}

export function summary(rows: readonly ScaleRow[]): string {
  const cells = (row: ScaleRow) => [row.planMs, row.longestPlanMs, row.replanMs, row.repairMs, row.microsecondsPerEdge];
  const counts = ({ edges, regions }: ScaleRow) => [edges, regions].map((n) => String(n).padStart(8));
  return [
    '   edges regions   plan ms   longest replan ms repair ms   µs/edge',
    ...rows.map((row) => [...counts(row), ...cells(row).map((n) => n.toFixed(1).padStart(10))].join('')),
  ].join('\n');
}
