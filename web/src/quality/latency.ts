import type { TrackStats } from '@canopy/client';

/** How old what is played is, as far as this browser can know: half of the round trip to its edge and the time in the buffer; undefined while one of the two is not known. */
export function estimatedLatencyMs(rttMs: number | undefined, { bufferMs }: TrackStats): number | undefined {
  return rttMs === undefined || bufferMs === undefined ? undefined : rttMs / 2 + bufferMs;
}
