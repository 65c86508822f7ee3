import type { TrackStats } from '@canopy/client';

/** How old what is played is. */
export interface Latency {
  totalMs: number;
  /** From the camera or the microphone on. Else it is only what this browser knows alone: from its edge on. */
  measured: boolean;
  /** What it is made of, if measured: until it leaves this browser's edge, and from there to here; the rest is the buffer. */
  parts: { toEdgeMs: number; toHereMs: number } | undefined;
}

/** Undefined while too little is known. */
export function latencyOf(
  rttMs: number | undefined,
  { captureDelayMs, bufferMs }: Pick<TrackStats, 'captureDelayMs' | 'bufferMs'>,
): Latency | undefined {
  const toHereMs = rttMs === undefined ? undefined : rttMs / 2;
  const known = toHereMs === undefined || bufferMs === undefined ? undefined : { toHereMs, sum: toHereMs + bufferMs };
  if (captureDelayMs === undefined) return known && { totalMs: known.sum, measured: false, parts: undefined };
  const parts = known && { toEdgeMs: Math.max(0, captureDelayMs - known.sum), toHereMs: known.toHereMs };
  return { totalMs: captureDelayMs, measured: true, parts };
}
