const shortestMs = 5_000;
const longestMs = 300_000;

/** A track that could not be written: how often in a row, and until when it is left alone, ms of a clock that nobody sets. */
export interface Refused {
  times: number;
  until: number;
}

/** After one more failure. What is written for a while before it fails again is a new matter. */
export function refusedAgain(before: Refused | undefined, now: number): Refused {
  const inARow = before !== undefined && now < before.until + longestMs;
  const times = inARow ? before.times + 1 : 1;
  return { times, until: now + Math.min(longestMs, shortestMs * 2 ** (times - 1)) };
}
