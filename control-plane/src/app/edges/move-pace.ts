/** Holds all replicas together to one pace. Errors: STATE_UNAVAILABLE. */
export interface MovePace {
  /** How many of `wanted` moves may begin now: over all replicas at most `most` in a window, for each `what`. */
  allow(what: string, wanted: number, limit: { most: number; windowMs: number }): Promise<number>;
}
