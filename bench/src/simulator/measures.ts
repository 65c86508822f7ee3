import { percentile } from '../statistics.ts';
import { Histogram } from './histogram.ts';

/** What a simulation counts as it runs. */
export class Measures {
  readonly latency = new Histogram();
  readonly regret = new Histogram();
  /** People who are to come, all meetings together. */
  invited = 0;
  joined = 0;
  peakPeople = 0;
  refused = 0;
  movedPeople = 0;
  rebalancedPeople = 0;
  movedChildren = 0;
  repairedChildren = 0;
  plans = 0;
  repairs = 0;
  unreached = 0;
  deepest = 0;
  /** An edge that is as full as it may be counts as overloaded: at the threshold, not above it. */
  overloadedEntries = 0;
  highestLoad = 0;
  overCapacityEdgeSeconds = 0;
  readonly cost = { snapshots: 0, usdPerGb: 0, backupUsdPerGb: 0, starUsdPerGb: 0, nearestOnlyUsdPerGb: 0 };
  readonly #decisionMicros: number[] = [];
  readonly #planMs: number[] = [];

  timeDecision<T>(decide: () => T): T {
    return timed(this.#decisionMicros, 1_000, decide);
  }

  timePlan<T>(plan: () => T): T {
    return timed(this.#planMs, 1, plan);
  }

  /** What depends on the seed alone. */
  outcome() {
    const { snapshots, ...cost } = this.cost;
    const perSnapshot = (usd: number) => rounded(usd / Math.max(1, snapshots));
    const compared = (usd: number) => ({
      usdPerGb: perSnapshot(usd),
      ofStar: rounded(usd / cost.starUsdPerGb),
      ofNearestOnly: rounded(usd / cost.nearestOnlyUsdPerGb),
    });
    return {
      invited: this.invited,
      joined: this.joined,
      peakPeople: this.peakPeople,
      refused: this.refused,
      latencyMs: this.latency.summary(),
      placementRegretMs: this.regret.summary(),
      egress: {
        ...compared(cost.usdPerGb),
        /** With the copies that flow over warm backup ways; a star and nearest-only have none. */
        withBackups: compared(cost.usdPerGb + cost.backupUsdPerGb),
        starUsdPerGb: perSnapshot(cost.starUsdPerGb),
        nearestOnlyUsdPerGb: perSnapshot(cost.nearestOnlyUsdPerGb),
      },
      overloads: {
        entered: this.overloadedEntries,
        highestLoad: rounded(this.highestLoad),
        edgeSecondsOverCapacity: this.overCapacityEdgeSeconds,
      },
      moves: {
        people: this.movedPeople,
        forLoad: this.rebalancedPeople,
        children: this.movedChildren,
        repairedChildren: this.repairedChildren,
      },
      plans: { made: this.plans, repairs: this.repairs, unreached: this.unreached, deepest: this.deepest },
    };
  }

  /** What depends on the machine. */
  timing() {
    const spread = (values: readonly number[]) => ({
      count: values.length,
      p50: rounded(percentile(values, 50)),
      p99: rounded(percentile(values, 99)),
    });
    return { microsecondsPerPlacement: spread(this.#decisionMicros), msPerPlan: spread(this.#planMs) };
  }
}

function timed<T>(times: number[], perMs: number, work: () => T): T {
  const startedAt = performance.now();
  const result = work();
  times.push((performance.now() - startedAt) * perMs);
  return result;
}

function rounded(value: number): number {
  return Number.isFinite(value) ? Math.round(value * 10_000) / 10_000 : 0;
}
