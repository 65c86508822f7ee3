import type { EdgeCandidate } from '../placement/types.ts';

/** Why an edge does not record, or which rule chose the one that does. */
export interface RecorderDecision {
  edgeId?: string;
  rule: 'current' | 'most-tracks' | 'none';
  candidates: readonly {
    edgeId: string;
    tracks: number;
    rejectedBecause?: 'not-in-plan' | 'alive' | 'draining' | 'refused';
  }[];
}

/**
 * The edge that records a meeting. Rules in order: it has participants of the meeting, for only there the plan leads every
 * track → alive → not draining → did not refuse → the one that records already → origin of most tracks → least load → id.
 */
export function chooseRecorder(
  edges: readonly EdgeCandidate[],
  memberIds: ReadonlySet<string>,
  originEdgeIds: readonly string[],
  current: string | undefined,
  refused: ReadonlySet<string>,
): RecorderDecision {
  const rejection = ({ id, health, draining }: EdgeCandidate) => {
    if (!memberIds.has(id)) return 'not-in-plan' as const;
    if (health !== 'alive') return 'alive' as const;
    if (draining) return 'draining' as const;
    return refused.has(id) ? ('refused' as const) : undefined;
  };
  const rated = edges.map((edge) => {
    const rejectedBecause = rejection(edge);
    const tracks = originEdgeIds.filter((id) => id === edge.id).length;
    return { edge, candidate: { edgeId: edge.id, tracks, ...(rejectedBecause && { rejectedBecause }) } };
  });
  const candidates = rated.map(({ candidate }) => candidate);
  const [best] = rated
    .filter(({ candidate }) => candidate.rejectedBecause === undefined)
    .sort(
      (a, b) =>
        Number(b.edge.id === current) - Number(a.edge.id === current) ||
        b.candidate.tracks - a.candidate.tracks ||
        a.edge.reportedLoad - b.edge.reportedLoad ||
        (a.edge.id < b.edge.id ? -1 : 1),
    );
  if (best === undefined) return { rule: 'none', candidates };
  const { id: edgeId } = best.edge;
  return { edgeId, rule: edgeId === current ? 'current' : 'most-tracks', candidates };
}
