import type { PlacementCandidate, PlacementDecision, ScoreParts, TakenPlace } from '@canopy/client/api';
import { fullness, milliseconds, table } from './output.ts';

const rules: Readonly<Record<string, string>> = {
  residency: 'the meeting may be in no other region',
  alive: 'no other edge is alive',
  'not-quarantined': 'media gets through to no other edge',
  'not-draining': 'every other edge is being emptied',
  'below-overload': 'every other edge is full',
  'least-path': 'it has the least score',
};

const sources: Readonly<Record<TakenPlace['source'], string>> = {
  client: 'where it says itself that it is (“Join from”)',
  address: 'where its IP address is (GeoIP)',
  measured: 'wherever the round trips that were measured put it: its place is not known',
  unknown: 'anywhere: nothing is known of where it is',
};

/** What may be in a score besides the round trip, as columns. */
const parts: readonly [title: string, part: keyof ScoreParts][] = [
  ['+ TO PUBLISHERS', 'publishersMs'],
  ['+ FOR LOAD', 'loadMs'],
  ['+ NEW EDGE', 'newEdgeMs'],
  ['+ IN DOUBT', 'doubtMs'],
];

/** A placement as a person reads it: what was decided, by which rule, where the client was taken to be, and what spoke for or against each edge. */
export function explain({ edgeId, rule, candidates, taken }: PlacementDecision): string {
  const verdict =
    edgeId === undefined ? `No edge takes anybody (${rule}).` : `${edgeId}, because ${rules[rule] ?? rule} (${rule}).`;
  const sorted = candidates.toSorted((a, b) => (a.score ?? Infinity) - (b.score ?? Infinity));
  const shown = parts.filter(([, part]) => sorted.some((candidate) => candidate.parts?.[part]));
  const row = (candidate: PlacementCandidate) => [
    candidate.edgeId,
    candidate.region,
    milliseconds(candidate.score),
    milliseconds(candidate.clientRttMs),
    candidate.rttSource ?? '',
    ...shown.map(([, part]) => milliseconds(candidate.parts?.[part])),
    fullness(candidate),
    candidate.rejectedBecause ?? '',
  ];
  const titles = ['EDGE', 'REGION', 'SCORE', '= ROUND TRIP', 'WHICH IS', ...shown.map(([title]) => title)];
  const place = taken === undefined ? '' : `\nThe client was taken to be ${placeOf(taken)}.`;
  return `${verdict}${place}\n\n${table([...titles, 'LOAD', 'REJECTED BY'], sorted.map(row))}`;
}

/** With its coordinates as `canopy placement` takes them. */
function placeOf({ source, location, near }: TakenPlace): string {
  if (location === undefined) return sources[source];
  const nearest = near === undefined ? '' : `, nearest city of a region: ${near}`;
  return `at ${location.latitude},${location.longitude}${nearest}; that is ${sources[source]}`;
}
