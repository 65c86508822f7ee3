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
import { type Spread, slope, spread } from '../statistics.ts';

export const description = 'how long plans, plans from a current one, and repairs take as the mesh grows';

export const needs = 'node';

export const options = {
  edges: { type: 'string', default: '50,100,200,400,700,1000', description: 'N,N: sizes of the mesh' },
  'max-fan-out': { type: 'string', default: String(defaultFanOut), description: 'N: links that may start at one edge' },
  runs: { type: 'string', default: '9', description: 'N: runs of each, for medians and ranges' },
} as const;

/** Meshes of one kind, of all the sizes. */
export interface ScaleSeries {
  /** Whether all edges are in twelve regions, or each has its own: then nothing is alike, and most is to be weighed. */
  regions: 'twelve' | 'own';
  sizes: ScaleRow[];
  /** Absent where fewer than two of the sizes are among those it is told of. */
  growth?: Growth;
}

export interface ScaleRow {
  edges: number;
  regions: number;
  /** ms, over the runs. */
  planMs: Spread;
  replanMs: Spread;
  repairMs: Spread;
  /** Of the median plan. */
  microsecondsPerEdge: number;
  /** Copies that cross between regions. */
  crossings: number;
  costUsdPerGb: number;
}

/** The power of the number of edges that time grows with, from 200 to 1,000 of them, over the runs: 1 is in proportion, 2 with the square. */
export type Growth = Record<Work, Spread>;

type Work = 'plan' | 'replan' | 'repair';

/** By size, what one run took, ms. */
type Run = readonly ({ edges: number } & Record<Work, number>)[];

/** Fewer take so little that what does not grow shows. */
const growthFrom = 200;
const growthTo = 1_000;

export async function run(values: OptionValues): Promise<ScaleSeries[]> {
  const data = await twelveRegions();
  const maxFanOut = wholeNumber(values, 'max-fan-out', 1, 1_000_000) ?? defaultFanOut;
  const runs = wholeNumber(values, 'runs', 1, 1_000) ?? 9;
  const sizes = (text(values, 'edges') ?? options.edges.default).split(',').map(Number);
  if (sizes.some((size) => !Number.isInteger(size) || size < 2))
    throw new BenchError(`--edges takes whole numbers from 2 on, separated by commas, not "${text(values, 'edges')}".`);
  const twelve = sizes.map((size) => requestOf(data, size, maxFanOut));
  const own = sizes.map((size) => requestOf(scatteredRegions(data, size), size, maxFanOut));
  for (const request of [...twelve, ...own]) planCascade(request);
  return [
    { regions: 'twelve', ...measure(twelve, runs) },
    { regions: 'own', ...measure(own, runs) },
  ];
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

/** Each run goes through all sizes, so that whatever else the machine does meanwhile slows them all. */
function measure(requests: readonly PlanRequest[], count: number): Pick<ScaleSeries, 'sizes' | 'growth'> {
  const subjects = requests.map(subjectOf);
  const runs = Array.from(
    { length: count },
    (): Run =>
      subjects.map(({ facts, work }) => ({
        edges: facts.edges,
        plan: timeMs(work.plan),
        replan: timeMs(work.replan),
        repair: timeMs(work.repair),
      })),
  );
  const sizes = subjects.map(({ facts }, index): ScaleRow => {
    const times = (work: Work) =>
      spread(
        runs.map((sizes) => sizes[index]?.[work] ?? 0),
        2,
      );
    const planMs = times('plan');
    const microsecondsPerEdge = (planMs.median * 1_000) / facts.edges;
    return { ...facts, planMs, replanMs: times('replan'), repairMs: times('repair'), microsecondsPerEdge };
  });
  const growth = growthOf(runs);
  return { sizes, ...(growth === undefined ? {} : { growth }) };
}

/** What is planned of one mesh, and what the plan is like. */
function subjectOf(request: PlanRequest) {
  const { cascade: current, costUsdPerGb } = planCascade(request);
  const violations = validateCascade(current, request);
  if (violations.length > 0) throw new Error(`the plan is invalid: ${JSON.stringify(violations.slice(0, 5))}`);
  const { edges } = request.mesh;
  const nodes = [...current.nodes.values()];
  const lostId = nodes.find((node) => nodes.some((other) => other.parentId === node.edgeId))?.edgeId ?? '';
  const repair = { ...request, current, memberIds: request.memberIds.filter((id) => id !== lostId) };
  const region = (id: string) => edges.get(id)?.region;
  const facts = {
    edges: edges.size,
    regions: new Set([...edges.values()].map((edge) => edge.region)).size,
    crossings: nodes.filter(({ edgeId, parentId }) => region(edgeId) !== region(parentId)).length,
    costUsdPerGb,
  };
  const work: Record<Work, () => unknown> = {
    plan: () => planCascade(request),
    replan: () => planCascade({ ...request, current }),
    repair: () => repairCascade({ ...repair, lost: new Set([lostId]) }),
  };
  return { facts, work };
}

function timeMs(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
}

/** The slope of the logarithm of time over that of the number of edges; undefined where there are no two sizes in the range. */
export function growthOf(runs: readonly Run[]): Growth | undefined {
  const inRange = runs.map((sizes) => sizes.filter(({ edges }) => edges >= growthFrom && edges <= growthTo));
  if (new Set(inRange[0]?.map(({ edges }) => edges)).size < 2) return undefined;
  const powers = (work: Work) =>
    spread(
      inRange.map((sizes) => slope(sizes.map((size) => ({ x: Math.log(size.edges), y: Math.log(size[work]) })))),
      2,
    );
  return { plan: powers('plan'), replan: powers('replan'), repair: powers('repair') };
}

export function summary(series: readonly ScaleSeries[]): string {
  const cells = ({ planMs, replanMs, repairMs, microsecondsPerEdge }: ScaleRow) => [
    planMs.median,
    planMs.most,
    replanMs.median,
    repairMs.median,
    microsecondsPerEdge,
  ];
  const counts = ({ edges, regions }: ScaleRow) => [edges, regions].map((n) => String(n).padStart(8));
  return [
    '   edges regions   plan ms   longest replan ms repair ms   µs/edge',
    ...series
      .flatMap(({ sizes }) => sizes)
      .map((row) => [...counts(row), ...cells(row).map((n) => n.toFixed(1).padStart(10))].join('')),
    ...series.flatMap(growthLine),
  ].join('\n');
}

const kinds = { twelve: 'in 12 regions', own: 'each edge its own region' } as const;

function growthLine({ regions, growth }: ScaleSeries): string[] {
  if (growth === undefined) return [];
  const power = ({ median, least, most }: Spread) => `${median} (${least} to ${most})`;
  const { plan, replan, repair } = growth;
  const powers = `plan ${power(plan)}, replan ${power(replan)}, repair ${power(repair)}`;
  return [`power of edges that time grows with, ${growthFrom} to ${growthTo}, ${kinds[regions]}: ${powers}`];
}
