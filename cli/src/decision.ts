import type { PlacementDecision } from '@canopy/client/api';
import { fullness, milliseconds, table } from './output.ts';

const rules: Readonly<Record<string, string>> = {
  residency: 'the meeting may be in no other region',
  alive: 'no other edge is alive',
  'not-quarantined': 'media gets through to no other edge',
  'not-draining': 'every other edge is being emptied',
  'below-overload': 'every other edge is full',
  'least-path': 'it has the least score: the way to the edge and on to the publishers, and a price for load',
};

/** A placement as a person reads it: what was decided, by which rule, and what spoke for or against each edge. */
export function explain({ edgeId, rule, candidates }: PlacementDecision): string {
  const verdict =
    edgeId === undefined ? `No edge takes anybody (${rule}).` : `${edgeId}, because ${rules[rule] ?? rule} (${rule}).`;
  const sorted = candidates.toSorted((a, b) => (a.score ?? Infinity) - (b.score ?? Infinity));
  const rows = sorted.map((candidate) => [
    candidate.edgeId,
    candidate.region,
    milliseconds(candidate.score),
    milliseconds(candidate.clientRttMs),
    candidate.rttSource ?? '',
    fullness(candidate),
    candidate.rejectedBecause ?? '',
  ]);
  const titles = ['EDGE', 'REGION', 'SCORE', 'ROUND TRIP', 'WHICH IS', 'LOAD', 'REJECTED BY'];
  return `${verdict}\n\n${table(titles, rows)}`;
}
