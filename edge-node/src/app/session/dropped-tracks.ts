import type { TrackClosed } from '@canopy/proto/bus';
import type { Clock } from '@canopy/runtime/clock';
import type { FactPublisher } from '../ports/control-plane.ts';

export interface DroppedTracksOptions {
  clock: Clock;
  facts: FactPublisher;
  /** Whether somebody here has yet to take the track anew. */
  isAwaited: (track: TrackClosed) => boolean;
}

/** The first replica that hears of it keeps the others from announcing it for five seconds. */
export const repeatAfterMs = 7_000;
/** Each time it takes twice as long: everybody in the meeting subscribes anew. The last time is after seven minutes. */
const longestMs = 224_000;

/**
 * Tells that viewers are to take a track anew, because the way they came by is no longer, or not for long. The bus may lose
 * it, and whoever heard of it may fail before the viewers do: so it is told again, as long as one of them has not subscribed.
 */
export class DroppedTracks {
  readonly #options: DroppedTracksOptions;
  /** What ends the waits to tell it again, by meeting and track. */
  readonly #waits = new Map<string, () => void>();

  constructor(options: DroppedTracksOptions) {
    this.#options = options;
  }

  tell(track: TrackClosed): void {
    this.#tell(track, repeatAfterMs);
  }

  close(): void {
    for (const cancel of this.#waits.values()) cancel();
    this.#waits.clear();
  }

  #tell(trackClosed: TrackClosed, againAfterMs: number): void {
    const { clock, facts, isAwaited } = this.#options;
    const key = `${trackClosed.meetingId} ${trackClosed.trackId}`;
    this.#waits.get(key)?.();
    this.#waits.delete(key);
    facts.publish({ trackClosed });
    if (againAfterMs > longestMs) return;
    const cancel = clock.after(againAfterMs, () => {
      this.#waits.delete(key);
      if (isAwaited(trackClosed)) this.#tell(trackClosed, 2 * againAfterMs);
    });
    this.#waits.set(key, cancel);
  }
}
