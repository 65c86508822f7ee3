import type { MeshView, PlanEdge, PlanRequest } from '../types.ts';
import { defaultPlanPolicy } from '../types.ts';

export interface MeshSpec {
  /** Edge ids; what stands before a "/" is the region. */
  edges: readonly (string | (Partial<PlanEdge> & { id: string }))[];
  /** Round trips in ms by "a b" of two edges or two regions; 100 where none is given, 1 inside a region. */
  rtts?: Readonly<Record<string, number>>;
  losses?: Readonly<Record<string, number>>;
  /** Links that were lost, as "a b" of two edges or two regions. */
  lost?: readonly string[];
  /** US dollars per GB that leaves a region; 0.02 where none is given. Inside a region it is free. */
  prices?: Readonly<Record<string, number>>;
}

/** A mesh for tests. */
export function aMesh({ edges, rtts = {}, losses = {}, lost = [], prices = {} }: MeshSpec): MeshView {
  const all = edges.map((spec) => anEdge(typeof spec === 'string' ? { id: spec } : spec));
  const between = (table: Readonly<Record<string, number>>, a: string, b: string) =>
    table[`${a} ${b}`] ??
    table[`${b} ${a}`] ??
    table[`${region(a)} ${region(b)}`] ??
    table[`${region(b)} ${region(a)}`];
  const areLost = Object.fromEntries(lost.map((pair) => [pair, 1]));
  const inside = (a: string, b: string) => region(a) === region(b);
  return {
    edges: new Map(all.map((edge) => [edge.id, edge])),
    rttMs: (a, b) => between(rtts, a, b) ?? (inside(a, b) ? 1 : 100),
    loss: (from, to) => between(losses, from, to) ?? 0,
    isLost: (a, b) => between(areLost, a, b) === 1,
    egressUsdPerGb: (from, to) => (inside(from, to) ? 0 : (prices[region(from)] ?? 0.02)),
  };
}

function region(id: string): string {
  return id.split('/')[0] ?? id;
}

function anEdge(given: Partial<PlanEdge> & { id: string }): PlanEdge {
  return { region: region(given.id), load: 0, maxFanOut: Number.POSITIVE_INFINITY, usable: true, ...given };
}

/** A request that every edge of a mesh, or `memberIds`, be reached from the first edge, or `originId`. */
export function aRequest(mesh: MeshView, given: Partial<PlanRequest> = {}): PlanRequest {
  const ids = [...mesh.edges.keys()];
  return { mesh, policy: defaultPlanPolicy, originId: ids[0] ?? '', memberIds: ids, ...given };
}
