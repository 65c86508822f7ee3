/** What keeps the set-up from going on, in one sentence that says what to do. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}

/** @typedef {(text: string) => void} Report Prints one line of progress. */

/** @param {number} sinceMs a time of performance.now() */
export function seconds(sinceMs) {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
}

/**
 * Reports each whole percent once, however often it is told.
 * @param {(percent: number) => void} report
 * @returns {(share: number) => void} takes the share done, 0 to 1
 */
export function everyPercent(report) {
  let last = -1;
  return (share) => {
    const percent = Math.floor(share * 100);
    if (percent <= last) return;
    last = percent;
    report(percent);
  };
}
