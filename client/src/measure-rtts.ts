import type { EdgeRtt } from '@canopy/proto/signal';
import type { ShortlistedEdge } from './api-types.ts';

/** The first answer pays for the connection's set-up and counts for nothing; of the others the quickest is nearest to the truth. */
const answersPerEdge = 4;

export interface MeasureOptions {
  /** All edges together get so much time, ms. */
  budgetMs?: number;
  /** Asks once; the answer's content is of no interest. */
  ask?: (url: string, signal: AbortSignal) => Promise<unknown>;
  /** ms, of any beginning. */
  now?: () => number;
}

/** Round trips to edges, measured at once over connections that are kept alive. An edge that can't be reached from here, or not in time, is left out. */
export async function measureRtts(
  edges: readonly ShortlistedEdge[],
  { budgetMs = 300, ask = get, now = () => performance.now() }: MeasureOptions = {},
): Promise<EdgeRtt[]> {
  const signal = AbortSignal.timeout(budgetMs);
  const measured = await Promise.all(edges.map(({ url }) => quickest(url, signal, ask, now)));
  return edges.flatMap(({ id }, index) => {
    const rttMs = measured[index];
    return rttMs === undefined ? [] : [{ edgeId: id, rttMs }];
  });
}

async function quickest(
  url: string,
  signal: AbortSignal,
  ask: Required<MeasureOptions>['ask'],
  now: () => number,
): Promise<number | undefined> {
  let best: number | undefined;
  try {
    for (let answer = 0; answer < answersPerEdge; answer++) {
      const askedAt = now();
      await ask(url, signal);
      if (answer > 0) best = Math.min(best ?? Number.POSITIVE_INFINITY, now() - askedAt);
    }
  } catch (error) {
    console.debug('canopy: no further round trip to', url, error);
  }
  return best;
}

/** Edges need not allow other origins to read what they answer. */
function get(url: string, signal: AbortSignal): Promise<unknown> {
  return fetch(url, { mode: 'no-cors', cache: 'no-store', credentials: 'omit', signal });
}
