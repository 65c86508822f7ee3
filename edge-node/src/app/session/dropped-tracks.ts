import type { TrackClosed } from '@canopy/proto/bus';
import type { Clock } from '@canopy/runtime/clock';
import type { FactPublisher } from '../ports/control-plane.ts';

/** A track of a meeting. */
export type DroppedTrack = Pick<TrackClosed, 'meetingId' | 'trackId'>;

export interface DroppedTracksOptions {
  clock: Clock;
  facts: FactPublisher;
  /** Whether somebody here has yet to take the track anew. */
  isAwaited: (track: DroppedTrack) => boolean;
}

/** Enough for everybody to subscribe anew. */
export const repeatAfterMs = 3_000;
/** Each time it takes twice as long: everybody in the meeting subscribes anew. The last time is after six minutes. */
const longestMs = 192_000;
/** A track that comes and goes is told this seldom. */
const leastGapMs = 500;
/** A viewer whose session ends loses its tracks first, and whoever subscribes just then needs no telling. */
const settleMs = 200;

interface Telling {
  /** The last time, ms of the clock that nobody sets; undefined: not yet. */
  toldAt: number | undefined;
  /** Ends the wait for the next time. */
  cancel: () => void;
}

/**
 * Tells that viewers are to take a track anew, because the way they came by is no longer, or not for long. The bus may lose
 * it, and whoever heard of it may fail before the viewers do: so it is told again, as long as one of them has not subscribed.
 */
export class DroppedTracks {
  readonly #options: DroppedTracksOptions;
  /** By meeting and track. */
  readonly #tellings = new Map<string, Telling>();
  #count = 0;

  constructor(options: DroppedTracksOptions) {
    this.#options = options;
  }

  /** Viewers are to take it anew. */
  tell(track: DroppedTrack): void {
    const restMs = this.#restMs(track);
    if (restMs > 0) this.#tellLater(track, restMs, repeatAfterMs);
    else this.#tell(track, repeatAfterMs);
  }

  /** What one viewer has of it ended by itself: told soon, if that viewer is still there, has not taken it anew, and was not told just now. */
  ended(track: DroppedTrack): void {
    if (this.#restMs(track) <= 0) this.#tellLater(track, settleMs, repeatAfterMs);
  }

  close(): void {
    for (const { cancel } of this.#tellings.values()) cancel();
    this.#tellings.clear();
  }

  #restMs(track: DroppedTrack): number {
    const toldAt = this.#tellings.get(keyOf(track))?.toldAt;
    return toldAt === undefined ? 0 : toldAt + leastGapMs - this.#options.clock.monotonicMs();
  }

  #tell({ meetingId, trackId }: DroppedTrack, againAfterMs: number): void {
    const { clock, facts } = this.#options;
    this.#count++;
    facts.publish({ trackClosed: { meetingId, trackId, notice: this.#count } });
    if (againAfterMs > longestMs) return;
    this.#tellLater({ meetingId, trackId }, againAfterMs, 2 * againAfterMs, clock.monotonicMs());
  }

  /** Unless everybody has taken it by then. */
  #tellLater(track: DroppedTrack, delayMs: number, againAfterMs: number, toldAt?: number): void {
    const { clock, isAwaited } = this.#options;
    const key = keyOf(track);
    const before = this.#tellings.get(key);
    before?.cancel();
    const cancel = clock.after(delayMs, () => {
      this.#tellings.delete(key);
      if (isAwaited(track)) this.#tell(track, againAfterMs);
    });
    this.#tellings.set(key, { toldAt: toldAt ?? before?.toldAt, cancel });
  }
}

function keyOf({ meetingId, trackId }: DroppedTrack): string {
  return `${meetingId} ${trackId}`;
}
