import {
  defaultFanOut,
  defaultPlanPolicy,
  type PlanEdge,
  type PlanRequest,
  planCascade,
  repairCascade,
  validateCascade,
} from '@canopy/control-plane/core/planning/planner';
import { text, wholeNumber } from '../arguments.ts';
import { BenchError, type OptionValues } from '../bench.ts';
import { meshOfEdges, type RegionData, twelveRegions } from '../region-data.ts';
import { percentile } from '../statistics.ts';

export const description = 'how long plans, plans from a current one, and repairs take as the mesh grows';

export const needs = 'node';

export const options = {
  edges: { type: 'string', default: '50,100,200,400,700,1000', description: 'N,N: sizes of the mesh, in 12 regions' },
  'max-fan-out': { type: 'string', default: String(defaultFanOut), description: 'N: links that may start at one edge' },
  runs: { type: 'string', default: '9', description: 'N: runs of each, the median is reported' },
} as const;

export interface ScaleRow {
  edges: number;
  /** ms, medians over the runs. */
  planMs: number;
  replanMs: number;
  repairMs: number;
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
  const requests = sizes.map((size) => requestOf(data, size, maxFanOut));
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

function measure(request: PlanRequest, runs: number): ScaleRow {
  const { cascade: current, costUsdPerGb } = planCascade(request);
  const violations = validateCascade(current, request);
  if (violations.length > 0) throw new Error(`the plan is invalid: ${JSON.stringify(violations.slice(0, 5))}`);
  const nodes = [...current.nodes.values()];
  const lostId = nodes.find((node) => nodes.some((other) => other.parentId === node.edgeId))?.edgeId ?? '';
  const repair = { ...request, current, memberIds: request.memberIds.filter((id) => id !== lostId) };
  const region = (id: string) => request.mesh.edges.get(id)?.region;
  const planMs = medianMs(runs, () => planCascade(request));
  return {
    edges: request.mesh.edges.size,
    planMs,
    replanMs: medianMs(runs, () => planCascade({ ...request, current })),
    repairMs: medianMs(runs, () => repairCascade({ ...repair, lost: new Set([lostId]) })),
    microsecondsPerEdge: (planMs * 1_000) / request.mesh.edges.size,
    crossings: nodes.filter(({ edgeId, parentId }) => region(edgeId) !== region(parentId)).length,
    costUsdPerGb,
  };
}

function medianMs(runs: number, work: () => unknown): number {
  const times = Array.from({ length: runs }, () => {
    const startedAt = performance.now();
    work();
    return performance.now() - startedAt;
  });
  return percentile(times, 50);
}

export function summary(rows: readonly ScaleRow[]): string {
  const cells = (row: ScaleRow) => [row.planMs, row.replanMs, row.repairMs, row.microsecondsPerEdge];
  return [
    ' edges   plan ms replan ms repair ms   µs/edge',
    ...rows.map((row) => [String(row.edges).padStart(6), ...cells(row).map((n) => n.toFixed(1).padStart(10))].join('')),
  ].join('\n');
}
