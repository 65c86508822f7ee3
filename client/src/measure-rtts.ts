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

/** Round trips to edges, measured at once over connections that are kept alive. An edge that refuses, or may not be asked from this page, is left out. One that does not answer in time counts with the least that its round trip can be: nobody knows that it is near. */
export async function measureRtts(
  edges: readonly ShortlistedEdge[],
  { budgetMs = 300, ask = get, now = () => performance.now() }: MeasureOptions = {},
): Promise<EdgeRtt[]> {
  const signal = AbortSignal.timeout(budgetMs);
  const allowed = edges.filter(({ url }) => !isMixedContent(url));
  const measured = await Promise.all(allowed.map(({ url }) => quickest(url, signal, ask, now)));
  return allowed.flatMap(({ id }, index) => {
    const rttMs = measured[index];
    return rttMs === undefined ? [] : [{ edgeId: id, rttMs }];
  });
}

/** Browsers refuse it, and each refusal would stand in the page's console as an error. */
function isMixedContent(url: string): boolean {
  return globalThis.location?.protocol === 'https:' && url.startsWith('http:');
}

async function quickest(
  url: string,
  signal: AbortSignal,
  ask: Required<MeasureOptions>['ask'],
  now: () => number,
): Promise<number | undefined> {
  const tookMs: number[] = [];
  let askedAt = now();
  try {
    while (tookMs.length < answersPerEdge) {
      askedAt = now();
      await ask(url, signal);
      tookMs.push(now() - askedAt);
    }
  } catch (error) {
    console.debug('canopy: no further round trip to', url, error);
    if (tookMs.length < 2) return signal.aborted ? atLeastMs(url, tookMs[0], now() - askedAt) : undefined;
  }
  return Math.min(...tookMs.slice(1));
}

/** The least that a round trip can be, by the first answer, which took several, and by an answer that was waited for in vain. */
function atLeastMs(url: string, firstMs: number | undefined, waitedMs: number): number {
  const trips = url.startsWith('https:') ? 3 : 2;
  return firstMs === undefined ? waitedMs / trips : Math.max(firstMs / trips, waitedMs);
}

/** Edges need not allow other origins to read what they answer. */
function get(url: string, signal: AbortSignal): Promise<unknown> {
  return fetch(url, { mode: 'no-cors', cache: 'no-store', credentials: 'omit', signal });
}
