/** When frames arrived on one edge, ms, by the frame's number. */
export type Arrivals = ReadonlyMap<number, number>;

/** For each hop, how much later than on the edge before it each frame arrived, ms; frames that one of the two did not see are left out. */
export function delaysOfHops(arrivals: readonly Arrivals[]): number[][] {
  return arrivals.slice(1).map((here, hop) => {
    const before = arrivals[hop];
    return [...here].flatMap(([frame, at]) => {
      const then = before?.get(frame);
      return then === undefined ? [] : [at - then];
    });
  });
}
