/** Least time between two probes of the same edge, ms. */
export const perPeerMs = 2_000;

/** Least time between any two probes, ms: 25 a second, however large the mesh. */
export const betweenProbesMs = 40;

/**
 * The edge to probe now: the one whose last probe is longest ago (never counts as longest), if that is at least
 * {@link perPeerMs}; undefined when nobody's turn has come. Asked every {@link betweenProbesMs}, it probes each of up to 50
 * edges once in {@link perPeerMs}; of more, each in turn, as often as the rate allows. `now` and the times are ms of one clock.
 */
export function peerToProbe(lastProbedAt: ReadonlyMap<string, number | undefined>, now: number): string | undefined {
  let chosen: string | undefined;
  let longestAgo = now - perPeerMs;
  for (const [id, at = Number.NEGATIVE_INFINITY] of lastProbedAt) {
    if (at < longestAgo || (chosen === undefined && at === longestAgo)) {
      chosen = id;
      longestAgo = at;
    }
  }
  return chosen;
}
