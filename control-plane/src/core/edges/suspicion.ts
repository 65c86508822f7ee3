/** What speaks for an edge's death before its heartbeats have been missing for long. Times are ms of this replica's clock. */
export interface Suspicion {
  since: number;
  /** Neighbours that lost their link to it. */
  witnesses: ReadonlySet<string>;
  /** The established connection to it broke. */
  channelBroken: boolean;
  /** Attempts since then to reach it that were refused: its host answers, but nobody listens there. */
  refusals: number;
  /** Attempts that came to nothing for any reason. */
  failures: number;
}

/** Refusals after which a broken connection alone is believed. */
const convincingRefusals = 2;

/**
 * Whether a suspected edge counts as dead without waiting for its heartbeats to be missed. One that this replica can still
 * reach never does; beyond that it takes two that agree: neighbours, or a neighbour and this replica's own broken connection,
 * or that connection broken and its renewal refused twice.
 */
export function isConvicted({ witnesses, channelBroken, refusals, failures }: Suspicion): boolean {
  if (failures === 0) return false;
  if (witnesses.size >= 2) return true;
  if (witnesses.size === 1) return channelBroken || refusals > 0;
  return channelBroken && refusals >= convincingRefusals;
}
