import {
  type Cascade,
  type CascadeNode,
  defaultPlanPolicy,
  type MeshView,
  type ParentReason,
  type PlanPolicy,
  type PlanResult,
  planCascade,
  validateCascade,
} from '@canopy/control-plane/core/planning/planner';
import { path, wholeNumber } from '../arguments.ts';
import { BenchError, type OptionValues } from '../bench.ts';
import { meshOf, type RegionData, readRegionData, twelveRegions } from '../region-data.ts';
import { mean, percentile } from '../statistics.ts';

export const description = 'plans the cascade of one origin, or of each in turn, and compares its cost with a star';

export const needs = 'node';

export const options = {
  input: {
    type: 'string',
    description: 'FILE: round trips and prices between regions, as in bench/data/aws-12-regions.json (the default)',
  },
  origin: {
    type: 'string',
    default: 'all',
    description: 'REGION: where the tracks come from; all: each region in turn',
  },
  members: { type: 'string', description: 'A,B,C: regions that want the tracks; all of them if not given' },
  'max-fan-out': { type: 'string', description: 'N: links that may start at one edge; no limit if not given' },
  'max-depth': {
    type: 'string',
    default: String(defaultPlanPolicy.maxDepth),
    description: 'N: links from the origin to any edge, at most',
  },
} as const;

/** The stretch where nobody but the origin is reached. */
const noDetour = { mean: 1, p99: 1 };

/** Plans are made for so long before any is timed, so that the code is compiled as it is in a running control plane. */
const warmUp = { ms: 1_000, atMost: 12 };

/** What each field is stands in bench/README.md: others read them. */
export interface PlannedOrigin {
  origin: string;
  parents: Record<string, string>;
  backupParents: Record<string, string>;
  /** Edges without demand that forward. */
  relays: string[];
  costUsdPerGb: number;
  /** Of links from the origin to each member that is reached. */
  starCostUsdPerGb: number;
  latencyMs: Record<string, number>;
  shortestMs: Record<string, number>;
  stretch: { mean: number; p99: number };
  /** One plan's time in a process that has planned before, as a control plane has. */
  planMs: number;
  reasons: Record<string, ParentReason>;
  /** Members that the limits leave no place for. */
  unreached: PlanResult['unreached'];
}

export async function run(values: OptionValues): Promise<PlannedOrigin[]> {
  const input = path(values, 'input');
  const data = await (input === undefined ? twelveRegions() : readRegionData(input));
  const mesh = meshOf(data, wholeNumber(values, 'max-fan-out', 1, 1_000_000) ?? Number.POSITIVE_INFINITY);
  const maxDepth = wholeNumber(values, 'max-depth', 1, 100) ?? defaultPlanPolicy.maxDepth;
  const policy: PlanPolicy = { ...defaultPlanPolicy, maxDepth };
  const members = regionsIn(data, 'members', values.members) ?? data.ids;
  const origins = (values.origin === 'all' ? undefined : regionsIn(data, 'origin', values.origin)) ?? data.ids;
  const warmAt = performance.now() + warmUp.ms;
  for (let run = 0; run < warmUp.atMost && performance.now() < warmAt; run += 1)
    planCascade({ mesh, policy, originId: origins[run % origins.length] ?? '', memberIds: members });
  return origins.map((id) => planOrigin(mesh, policy, id, members));
}

function planOrigin(mesh: MeshView, policy: PlanPolicy, originId: string, memberIds: readonly string[]): PlannedOrigin {
  const request = { mesh, policy, originId, memberIds };
  const startedAt = performance.now();
  const { cascade, costUsdPerGb, unreached } = planCascade(request);
  const planMs = performance.now() - startedAt;
  const violations = validateCascade(cascade, request).filter(
    ({ rule, edgeId }) => rule !== 'missing-member' || !unreached.some((member) => member.edgeId === edgeId),
  );
  if (violations.length > 0) throw new Error(`the plan is invalid: ${JSON.stringify(violations)}`);
  const reached = [...cascade.nodes.values()].filter((node) => !node.relay);
  const stretches = reached.map((node) => node.latencyMs / node.shortestMs);
  return {
    origin: originId,
    parents: byEdge(cascade, (node) => node.parentId),
    backupParents: byEdge(cascade, (node) => node.backupParentId),
    relays: [...cascade.nodes.values()].filter((node) => node.relay).map((node) => node.edgeId),
    costUsdPerGb,
    starCostUsdPerGb: reached.reduce((sum, node) => sum + mesh.egressUsdPerGb(originId, node.edgeId), 0),
    latencyMs: byEdge(cascade, (node) => node.latencyMs),
    shortestMs: byEdge(cascade, (node) => node.shortestMs),
    stretch: reached.length === 0 ? noDetour : { mean: mean(stretches), p99: percentile(stretches, 99) },
    planMs,
    reasons: byEdge(cascade, (node) => node.reason),
    unreached,
  };
}

function byEdge<T>(cascade: Cascade, pick: (node: CascadeNode) => T | undefined): Record<string, T> {
  const values: Record<string, T> = {};
  for (const node of cascade.nodes.values()) {
    const value = pick(node);
    if (value !== undefined) values[node.edgeId] = value;
  }
  return values;
}

/** The regions that an option names; undefined where it is not given. An empty text names none that there is. */
function regionsIn(data: RegionData, option: string, list: OptionValues[string]): string[] | undefined {
  const ids = typeof list === 'string' ? list.split(',').map((id) => id.trim()) : undefined;
  const unknown = ids?.find((id) => !data.ids.includes(id));
  if (unknown === undefined) return ids;
  throw new BenchError(`--${option}: there is no region "${unknown}". There are: ${data.ids.join(', ')}.`);
}

export function summary(plans: readonly PlannedOrigin[]): string {
  const rows = plans.map((plan) =>
    [
      plan.origin.padEnd(16),
      plan.costUsdPerGb.toFixed(3).padStart(8),
      plan.starCostUsdPerGb.toFixed(3).padStart(8),
      plan.stretch.mean.toFixed(3).padStart(8),
      plan.planMs.toFixed(1).padStart(8),
      plan.unreached.length === 0 ? '' : `  ${plan.unreached.length} unreached`,
    ].join(''),
  );
  const sum = (of: (plan: PlannedOrigin) => number) => plans.reduce((total, plan) => total + of(plan), 0);
  const stars = sum((plan) => plan.starCostUsdPerGb);
  const share = stars === 0 ? '0' : (sum((plan) => plan.costUsdPerGb) / stars).toFixed(4);
  return [
    'origin              $/GB    star  stretch      ms',
    ...rows,
    `cost ${share} of the stars, mean stretch ${mean(plans.map((plan) => plan.stretch.mean)).toFixed(4)}`,
  ].join('\n');
}
