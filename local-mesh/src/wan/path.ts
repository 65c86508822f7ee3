/** How packets fare from one node to another. */
export interface PathConditions {
  /** One way, ms; the RTT of a path with equal directions is twice that. */
  delayMs: number;
  /** Uniform, plus or minus, ms. Packets never overtake each other. */
  jitterMs: number;
  /** Independent loss of each packet, 0 to 1. */
  lossRatio: number;
  /** bit/s of IP packets; 0: unlimited. What waits longer than 200 ms is dropped. */
  rateBps: number;
  /** Nothing arrives, or no UDP, what is under way included; nobody is told. */
  cut: boolean | 'udp';
}

export const perfectPath: PathConditions = { delayMs: 0, jitterMs: 0, lossRatio: 0, rateBps: 0, cut: false };

/** Throws a RangeError for conditions that make no sense. */
export function checkConditions({ delayMs, jitterMs, lossRatio, rateBps }: PathConditions): void {
  if (!(delayMs >= 0 && delayMs <= 60_000)) throw new RangeError(`delayMs ${delayMs} is not within 0 to 60,000`);
  if (!(jitterMs >= 0 && jitterMs <= delayMs)) throw new RangeError(`jitterMs ${jitterMs} is not within 0 to delayMs`);
  if (!(lossRatio >= 0 && lossRatio <= 1)) throw new RangeError(`lossRatio ${lossRatio} is not within 0 to 1`);
  if (!(rateBps >= 0 && Number.isFinite(rateBps))) throw new RangeError(`rateBps ${rateBps} is no rate`);
}

/** What happened so far to the packets from one node to another. */
export interface PathStats {
  deliveredPackets: number;
  /** Of IP packets. */
  deliveredBytes: number;
  lostPackets: number;
  /** Dropped because too many were waiting. */
  overflowedPackets: number;
  cutPackets: number;
}
