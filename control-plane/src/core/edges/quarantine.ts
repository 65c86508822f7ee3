import {
  areMostDeaf,
  type Findings,
  findingsOf,
  type Reachability,
  type ReachabilityLimits,
  type UnreachableRule,
  unreachableBecause,
} from './reachability.ts';

/** What spoke against the edge when its quarantine began. */
export interface QuarantineReason extends Findings {
  rule: UnreachableRule | 'trial-failed';
}

/**
 * Whether an edge that looks healthy by its heartbeats gets media. Times ms.
 *
 *     clear ──> quarantined ──> trial ──> clear
 *       ^──────────┘   ^──────────┘
 *
 * On trial it gets a few participants, and their media decides; where none of them has any, a few more. Where only neighbours
 * spoke against it no trial is needed.
 */
export type Quarantine =
  /** What was known before does not count any more. */
  | { state: 'clear'; since: number }
  | { state: 'quarantined'; since: number; until: number; failedTrials: number; reason: QuarantineReason }
  | { state: 'trial'; since: number; failedTrials: number; reason: QuarantineReason };

export interface EdgeUnderWatch {
  edgeId: string;
  present: Quarantine;
  reachability: Reachability;
}

export interface QuarantineLimits extends ReachabilityLimits {
  /** A quarantine lasts so long at least, and twice as long after each trial that failed, up to the longest, ms. */
  holdMs: number;
  longestHoldMs: number;
  /** It is not lifted sooner than this after neighbours last said that they hear nothing, ms. */
  quietMs: number;
}

export const defaultQuarantineLimits: QuarantineLimits = {
  windowMs: 60_000,
  participants: 3,
  networks: 2,
  failedShare: 0.5,
  unanswered: 3,
  deafNeighbours: 2,
  holdMs: 30_000,
  longestHoldMs: 600_000,
  quietMs: 10_000,
};

export const neverQuarantined: Quarantine = { state: 'clear', since: 0 };

/**
 * The quarantines after a look at all edges that are alive. At most half of them are quarantined at a time, those longest that
 * are so already; whatever speaks against the others, people must be somewhere.
 */
export function judgeEdges(
  edges: readonly EdgeUnderWatch[],
  limits: QuarantineLimits,
  now: number,
): ReadonlyMap<string, Quarantine> {
  const order = edges.toSorted((a, b) => quarantinedSince(a) - quarantinedSince(b) || (a.edgeId < b.edgeId ? -1 : 1));
  let free = Math.floor(edges.length / 2);
  return new Map(
    order.map(({ edgeId, present, reachability }) => {
      const next = judge(present, reachability, limits, now);
      if (next.state !== 'quarantined') return [edgeId, next];
      free--;
      return [edgeId, free >= 0 ? next : pardoned(present, now)];
    }),
  );
}

/** There is no room for it: evidence goes on to be gathered. */
function pardoned(present: Quarantine, now: number): Quarantine {
  return present.state === 'clear' ? present : { state: 'clear', since: now };
}

function quarantinedSince({ present }: EdgeUnderWatch): number {
  return present.state === 'quarantined' ? present.since : Number.MAX_VALUE;
}

function judge(present: Quarantine, reachability: Reachability, limits: QuarantineLimits, now: number): Quarantine {
  switch (present.state) {
    case 'clear': {
      const since = Math.max(present.since, now - limits.windowMs);
      // Neighbours may not have heard yet that it is back.
      const lags = now - present.since < limits.quietMs;
      const found = findingsOf(lags ? { ...reachability, neighbours: [] } : reachability, limits, since);
      const rule = unreachableBecause(found, limits);
      return rule === undefined ? present : quarantine({ ...found, rule }, 0, limits, now);
    }
    case 'quarantined': {
      const { until, failedTrials, reason } = present;
      const stillDeaf = areMostDeaf(findingsOf(reachability, limits, now));
      if (stillDeaf) return { ...present, until: Math.max(until, now + limits.quietMs) };
      if (now < until) return present;
      return reason.rule === 'neighbours'
        ? { state: 'clear', since: now }
        : { state: 'trial', since: now, failedTrials, reason };
    }
    case 'trial': {
      if (reachability.successes.some(({ at }) => at >= present.since)) return { state: 'clear', since: now };
      const found = findingsOf(reachability, limits, present.since);
      const failed = found.participants > 0 || unreachableBecause(found, limits) !== undefined;
      if (failed) return quarantine({ ...found, rule: 'trial-failed' }, present.failedTrials + 1, limits, now);
      // Whoever was placed there brought no media: others are tried.
      return now - present.since < limits.windowMs ? present : { ...present, since: now };
    }
  }
}

function quarantine(reason: QuarantineReason, failedTrials: number, limits: QuarantineLimits, now: number): Quarantine {
  const holdMs = Math.min(limits.longestHoldMs, limits.holdMs * 2 ** failedTrials);
  return { state: 'quarantined', since: now, until: now + holdMs, failedTrials, reason };
}
