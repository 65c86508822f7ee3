import type { FailoverResult } from '../benches/failover.ts';
import type { ReconnectResult } from '../benches/reconnect.ts';
import type { ResumeResult } from '../benches/resume.ts';
import type { WorkerLossResult } from '../benches/worker-loss.ts';
import type { Entry } from './entries.ts';
import { atMost, nobodyWithoutMedia, none, type Promised } from './exhibit.ts';

/** What is promised when something is lost, as docs/faults.md says, and what the saved results show of it. */
export interface Verdict {
  loss: string;
  promise: string;
  /** Empty where no bench measured it: then tests alone speak for it. */
  measured: readonly Promised[];
  verdict: 'met' | 'met in part' | 'missed' | 'not measured';
}

/** Saved results that say something of a loss; those of older benches may lack parts. */
interface Results {
  failover?: Partial<FailoverResult>;
  resume?: Partial<ResumeResult>;
  reconnect?: Partial<ReconnectResult>;
  'worker-loss'?: Partial<WorkerLossResult>;
}

interface Line {
  loss: string;
  promise: string;
  /** What of it the results show: all, or all but what no bench looks at. */
  shows?: 'all' | 'a part';
  /** The ways in which it can come; where one did not, a part is shown. */
  kinds?: (results: Results) => ByKind | null | undefined;
  judge?: (results: Results) => Promised[];
}

/** Pictures come every 33 ms, and two browsers on a busy machine decode some late: a gap of so long may be none. */
const noGapMs = 200;

const lines: readonly Line[] = [
  {
    loss: 'relay, with a warm backup',
    promise: 'media gap p95 ≤ 150 ms, max 300 ms + RTT; at most one keyframe request per 500 ms',
    kinds: ({ failover }) => failover?.relays?.byKind,
    judge: ({ failover }) =>
      measuredKinds(failover?.relays?.byKind).flatMap(([kind, lost]) => [
        atMost(`${kind}: gap, p95`, lost.gapMs.p95, 150, 'ms'),
        atMost(`${kind}: gap, max`, lost.gapMs.max, 300, 'ms'),
        ...nobodyWithoutMedia(kind, lost),
        atMost(`${kind}: keyframe requests in 500 ms`, lost.keyFrameRequests.within500Ms, 1),
      ]),
  },
  {
    loss: 'viewer’s own edge',
    promise: 'first frame on the new edge: killed ≤ 1.5 s, silent or standing still ≤ 4 s (p95)',
    kinds: ({ failover }) => failover?.edges,
    judge: ({ failover }) =>
      measuredKinds(failover?.edges).flatMap(([kind, lost]) => [
        atMost(`${kind}: first frame, p95`, lost.gapMs.p95, kind.endsWith('Killed') ? 1_500 : 4_000, 'ms'),
        ...nobodyWithoutMedia(kind, lost),
      ]),
  },
  {
    loss: 'control-plane replica',
    promise: 'resumed elsewhere p95 ≤ 500 ms, media gap 0, nothing acknowledged lost',
    judge: ({ resume: { resumeMs, media, events } = {} }) => [
      ...(resumeMs === undefined ? [] : [atMost('resumed, p95', resumeMs.p95, 500, 'ms')]),
      ...(media === undefined || media === null || media.kills === 0
        ? []
        : [atMost('media gap', media.longestGapMs, noGapMs, 'ms')]),
      ...(events === undefined ? [] : [none('changes lost', events.lost)]),
    ],
  },
  { loss: 'client changes address', promise: 'media gap ≤ 1 s' },
  {
    loss: 'Redis stopped 60 s, or paused 1–6 s',
    promise: 'media gap 0, no edge declared dead, joins work within 2 s of its return',
  },
  { loss: 'Redis emptied', promise: 'media gap 0, a new plan within 3 s, rosters identical within 5 s' },
  { loss: 'lease holder paused; clocks 5 min apart', promise: 'no stale plan is ever applied' },
  { loss: 'control link of an edge', promise: 'media gap 0, converged within 2 s of healing' },
  {
    loss: 'whole region',
    promise: 'others ≤ 150 ms; its participants placed elsewhere ≤ 4 s',
    kinds: ({ failover }) => failover?.regions,
    judge: ({ failover }) =>
      measuredKinds(failover?.regions).flatMap(([kind, lost]) => [
        atMost(`${kind}: gap in the region below, p95`, lost.gapMs.p95, 150, 'ms'),
        atMost(`${kind}: first frame elsewhere, p95`, lost.placedMs.p95, 4_000, 'ms'),
        ...nobodyWithoutMedia(kind, lost),
      ]),
  },
  { loss: 'UDP to an edge', promise: 'quarantined ≤ 15 s, a joiner succeeds elsewhere ≤ 5 s' },
  { loss: 'NATS gone 30 s during replanning', promise: 'media gap 0, edges current within 2 s of its return' },
  { loss: 'PostgreSQL', promise: 'media gap 0, coded errors, writes work within 3 s of its return' },
  {
    loss: 'worker',
    promise: 'neighbours untouched, its participants ≤ 1 s, replaced ≤ 2 s',
    shows: 'a part',
    judge: ({ 'worker-loss': { seenAgainMs, replacedMs, strangers } = {} }) => [
      ...(seenAgainMs === undefined ? [] : [atMost('seen again, p95', seenAgainMs.p95, 1_000, 'ms')]),
      ...(replacedMs === undefined ? [] : [atMost('replaced, at most', replacedMs.most, 2_000, 'ms')]),
      ...(strangers === undefined ? [] : [none('people who had to join anew', strangers)]),
    ],
  },
  {
    loss: '1,000 sockets reconnect at once',
    promise: 'all back ≤ 15 s, event-loop delay p99 < 200 ms, media gap 0',
    shows: 'a part',
    judge: ({ reconnect: { sockets = 0, allBackMs, eventLoopDelayP99Ms, notBack } = {} }) => {
      if (sockets < 1_000) return [];
      return [
        ...(allBackMs === undefined ? [] : [atMost('all are back, at most', allBackMs.most, 15_000, 'ms')]),
        ...(eventLoopDelayP99Ms === undefined
          ? []
          : [atMost('event-loop delay, p99, at most', eventLoopDelayP99Ms.most, 200, 'ms')]),
        ...(notBack === undefined ? [] : [none('not back', notBack)]),
      ];
    },
  },
  {
    loss: 'recorder killed, stopped, disk full',
    promise: 'meeting untouched; file playable to ≤ 2 s before; host told ≤ 5 s',
  },
];

/** Each promise beside what is saved of it. */
export function verdicts(entries: readonly Entry[]): Verdict[] {
  const results: Results = Object.fromEntries(
    entries.filter(({ failure }) => failure === undefined).map(({ bench, result }) => [bench, result]),
  );
  return lines.map(({ loss, promise, kinds, judge, shows = 'all' }) => {
    const measured = judge?.(results) ?? [];
    const kept = measured.every((one) => one.kept);
    if (measured.length === 0) return { loss, promise, measured, verdict: 'not measured' };
    const isAll = shows === 'all' && Object.values(kinds?.(results) ?? {}).every((kind) => kind?.count !== 0);
    return { loss, promise, measured, verdict: kept ? (isAll ? 'met' : 'met in part') : 'missed' };
  });
}

type ByKind = Partial<Readonly<Record<string, { count: number }>>>;

/** Kinds of a loss that happened at all. */
function measuredKinds<Kind extends { count: number }>(
  byKind: Partial<Readonly<Record<string, Kind>>> | null | undefined,
): [kind: string, of: Kind][] {
  return Object.entries(byKind ?? {}).flatMap(([kind, of]) => (of === undefined || of.count === 0 ? [] : [[kind, of]]));
}
