/** What arrives of something. */
export interface Arrival {
  bps: number;
  /** Share of packets, 0 to 1, that did not come at first, before what was sent again. */
  lossRatio: number;
}

/** Several as one: who brings more counts for more. */
export function together(arrivals: readonly Arrival[]): Arrival {
  const bps = arrivals.reduce((sum, each) => sum + each.bps, 0);
  const lost = arrivals.reduce((sum, each) => sum + each.bps * each.lossRatio, 0);
  return { bps, lossRatio: bps === 0 ? 0 : lost / bps };
}
