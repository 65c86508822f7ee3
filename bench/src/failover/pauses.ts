/** The longest time without an arrival (ascending, ms) from `since` until `until`, those before and after included. */
export function longestPause(arrivals: readonly number[], since: number, until: number): number {
  let previous = arrivals.findLast((at) => at <= since) ?? since;
  let longest = 0;
  for (const at of arrivals) {
    if (at <= since || at > until) continue;
    longest = Math.max(longest, at - previous);
    previous = at;
  }
  return Math.max(longest, until - previous);
}
