/** That nobody is in a meeting, as one replica sees it. Unix ms. */
export interface Emptiness {
  since: number;
  /** When it looked last. */
  seenAt: number;
}

/** A recording ends by itself when nobody was there for so long. */
const desertedAfterMs = 5 * 60_000;
/** Others may have looked in between; somebody may have been there for as long as this. */
const longestLookAwayMs = 60_000;

/** What is known once nobody was seen again. */
export function stillEmpty(before: Emptiness | undefined, now: number): Emptiness {
  const goesOn = before !== undefined && now - before.seenAt <= longestLookAwayMs;
  return { since: goesOn ? before.since : now, seenAt: now };
}

export function isDeserted({ since, seenAt }: Emptiness): boolean {
  return seenAt - since >= desertedAfterMs;
}
