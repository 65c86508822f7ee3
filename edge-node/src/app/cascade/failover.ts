import { type Clock, pause } from '@canopy/runtime/clock';
import type { TrackFeed } from './track-feed.ts';

/** A track changed by itself to its other way. */
export interface Failover {
  /** `lost`: its link broke, or its parent's way did. `silent`: nothing came over it any more. */
  cause: 'lost' | 'silent';
  /** How long nothing came over either way, ms; undefined: nothing came over the other one either, for as long as it was looked at. */
  gapMs: number | undefined;
}

const lookEveryMs = 20;
const longestMs = 5_000;

/**
 * Times the gap that a failover leaves in what arrives here, from the last over the old way's link to the first over the new way.
 * What viewers see besides is the wait for a keyframe. To be called at the moment of the change, before the old way is let go.
 * Undefined where it was none: the track is over, of which one way tells before the other, or nothing had come the old way yet.
 */
export async function timeFailover(
  cause: Failover['cause'],
  from: TrackFeed,
  to: TrackFeed,
  clock: Clock,
): Promise<Failover | undefined> {
  const { idleMs, begun = true } = from.reception();
  if (!begun) return undefined;
  const changedAt = clock.monotonicMs();
  const before = await to.producer.receivedBytes();
  while (!to.gone && clock.monotonicMs() - changedAt < longestMs) {
    await pause(clock, lookEveryMs);
    if ((await to.producer.receivedBytes()) > before) return { cause, gapMs: idleMs + clock.monotonicMs() - changedAt };
  }
  return to.ended ? undefined : { cause, gapMs: undefined };
}
