/** What probes have shown of the way to one other edge. */
export interface PathMeasurement {
  /** Smoothed round-trip time, ms; undefined until the first answer. */
  rttMs: number | undefined;
  /** The last probes whose fate is known, oldest first; true: it was lost. At most {@link lossWindow}. */
  lost: readonly boolean[];
}

export const nothingMeasured: PathMeasurement = { rttMs: undefined, lost: [] };

/** Probes over which loss is counted: at one probe in two seconds, the last 100 s. */
export const lossWindow = 50;

/** Weight of a new sample in the smoothed round-trip time (alpha of RFC 6298 §2.3). */
const smoothing = 1 / 8;

/** After an answer that took `sampleMs`. */
export function afterAnswer({ rttMs, lost }: PathMeasurement, sampleMs: number): PathMeasurement {
  return {
    rttMs: rttMs === undefined ? sampleMs : rttMs + smoothing * (sampleMs - rttMs),
    lost: [...lost, false].slice(-lossWindow),
  };
}

/** After a probe that nobody answered. The round-trip time stays as it was last seen. */
export function afterLoss({ rttMs, lost }: PathMeasurement): PathMeasurement {
  return { rttMs, lost: [...lost, true].slice(-lossWindow) };
}

/** Share of probes lost, 0 to 1; 0 before the first fate is known. A probe that is lost may have been lost on the way back. */
export function lossOf({ lost }: PathMeasurement): number {
  return lost.length === 0 ? 0 : lost.filter(Boolean).length / lost.length;
}

/** How many probes in a row, up to the last one, were lost. 0 where nobody ever answered: that says nothing of the way. */
export function unansweredOf({ rttMs, lost }: PathMeasurement): number {
  return rttMs === undefined ? 0 : lost.length - 1 - lost.lastIndexOf(false);
}
