/** What a client that gives no estimate of its bandwidth is spared, judged by how much of what it is sent gets through. Times are ms of a clock that nobody sets. */
export interface Pacing {
  /** Layers less than it wants. */
  spared: number;
  /** When that changed. */
  since: number;
  /** How long all has to get through before it is sent a layer more. */
  patienceMs: number;
}

const firstPatienceMs = 8_000;
const longestPatienceMs = 120_000;
/** Reports come once a second, and the first ones tell of before. */
const settleMs = 3_000;

export function unhindered(now: number): Pacing {
  return { spared: 0, since: now, patienceMs: firstPatienceMs };
}

/**
 * `score` is mediasoup's of a consumer: 0 (nothing got through, or was repaired) to 10. Below 7 about a twelfth is lost. Each
 * time that a layer proves to be too much, the next try comes later.
 */
export function pace(pacing: Pacing, score: number, mostSpared: number, now: number): Pacing {
  const { spared, since, patienceMs } = pacing;
  if (score < 7 && spared < mostSpared && now - since >= settleMs) {
    return { spared: spared + 1, since: now, patienceMs: Math.min(patienceMs * 2, longestPatienceMs) };
  }
  if (score >= 9 && spared > 0 && now - since >= patienceMs) return { spared: spared - 1, since: now, patienceMs };
  if (spared === 0 && patienceMs > firstPatienceMs && now - since >= longestPatienceMs) return unhindered(now);
  return pacing;
}
