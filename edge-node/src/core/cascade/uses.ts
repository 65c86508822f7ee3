import type { Lane } from './lanes.ts';

/**
 * What a track is taken over a link for:
 * - `first`: somebody watches over it, so who sends it provides for a second way of its own
 * - `backup`: as the second way of who takes it, or by who has nobody that watches: who sends it needs no second way for that
 * - `chained`: the same, by the second way of who sends it, who needs no first one for that
 *
 * Without the difference edges that are each other's second way would keep a track for each other for good: what is needed
 * goes up the tree of first ways, and from there or over chains to second ones, but never back.
 */
export type Use = 'first' | 'backup' | 'chained';

/** What each way of a track is needed for. */
export const usesOf: Readonly<Record<Lane, readonly Use[]>> = {
  main: ['first', 'backup'],
  spare: ['first', 'chained'],
};

/** What an edge asks for over one of its ways. */
export function useOf(lane: Lane, watched: boolean, chained: boolean): Use {
  if (lane === 'main') return watched ? 'first' : 'backup';
  return chained ? 'chained' : 'backup';
}
