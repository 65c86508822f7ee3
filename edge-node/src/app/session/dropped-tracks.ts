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

interface Telling {
  toldAt: number;
  /** Ends the wait for the next one. */
  cancel: () => void;
}

/**
 * Tells that viewers are to take a track anew, because the way they came by is no longer, or not for long. The bus may lose
 * it, and whoever heard of it may fail before the viewers do: so it is told again, as long as one of them has not subscribed.
 */
export class DroppedTracks {
  readonly #options: DroppedTracksOptions;
  /** The latest, by meeting and track. */
  readonly #tellings = new Map<string, Telling>();
  #count = 0;

  constructor(options: DroppedTracksOptions) {
    this.#options = options;
  }

  tell(track: DroppedTrack): void {
    const before = this.#tellings.get(keyOf(track));
    const waitMs = before === undefined ? 0 : before.toldAt + leastGapMs - this.#options.clock.now();
    if (before !== undefined && waitMs > 0) this.#tellLater(track, before.toldAt, waitMs, repeatAfterMs);
    else this.#tell(track, repeatAfterMs);
  }

  close(): void {
    for (const { cancel } of this.#tellings.values()) cancel();
    this.#tellings.clear();
  }

  #tell({ meetingId, trackId }: DroppedTrack, againAfterMs: number): void {
    const { clock, facts } = this.#options;
    const track = { meetingId, trackId };
    this.#count++;
    facts.publish({ trackClosed: { ...track, notice: this.#count } });
    if (againAfterMs <= longestMs) this.#tellLater(track, clock.now(), againAfterMs, 2 * againAfterMs);
  }

  /** Unless everybody has taken it by then. */
  #tellLater(track: DroppedTrack, toldAt: number, delayMs: number, againAfterMs: number): void {
    const { clock, isAwaited } = this.#options;
    const key = keyOf(track);
    this.#tellings.get(key)?.cancel();
    const cancel = clock.after(delayMs, () => {
      this.#tellings.delete(key);
      if (isAwaited(track)) this.#tell(track, againAfterMs);
    });
    this.#tellings.set(key, { toldAt, cancel });
  }
}

function keyOf({ meetingId, trackId }: DroppedTrack): string {
  return `${meetingId} ${trackId}`;
}
