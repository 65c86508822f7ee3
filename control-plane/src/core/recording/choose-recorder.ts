import type { EdgeCandidate } from '../placement/types.ts';

/** Why an edge does not record, or which rule chose the one that does. */
export interface RecorderDecision {
  edgeId?: string;
  /** `room`: another one would have been chosen had it had room for all tracks. */
  rule: 'current' | 'room' | 'most-tracks' | 'none';
  candidates: readonly {
    edgeId: string;
    tracks: number;
    /** How many it could record besides; absent: it does not tell. */
    room?: number;
    rejectedBecause?: 'not-in-plan' | 'alive' | 'draining' | 'refused';
  }[];
}

/**
 * The edge that records a meeting. Rules in order: it has participants of the meeting, for only there the plan leads every
 * track → alive → not draining → did not refuse → the one that records already → room for all tracks, as far as it tells →
 * origin of most tracks → least load → id. An edge without room is asked last: some may have come free since it told.
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
    const [rejectedBecause, room] = [rejection(edge), edge.recordingRoom];
    const tracks = originEdgeIds.filter((id) => id === edge.id).length;
    const candidate = { edgeId: edge.id, tracks, ...(room !== undefined && { room }) };
    return { edge, candidate: { ...candidate, ...(rejectedBecause && { rejectedBecause }) } };
  });
  const candidates = rated.map(({ candidate }) => candidate);
  const byTracks = rated
    .filter(({ candidate }) => candidate.rejectedBecause === undefined)
    .sort(
      (a, b) =>
        b.candidate.tracks - a.candidate.tracks ||
        a.edge.reportedLoad - b.edge.reportedLoad ||
        (a.edge.id < b.edge.id ? -1 : 1),
    )
    .map(({ edge }) => edge);
  const [first] = byTracks;
  if (first === undefined) return { rule: 'none', candidates };
  const present = byTracks.find(({ id }) => id === current);
  if (present !== undefined) return { edgeId: present.id, rule: 'current', candidates };
  const hasRoom = ({ recordingRoom = Infinity }: EdgeCandidate) => recordingRoom >= originEdgeIds.length;
  const { id: edgeId } = byTracks.find(hasRoom) ?? first;
  return { edgeId, rule: edgeId === first.id ? 'most-tracks' : 'room', candidates };
}
