import type { PicturesLowered } from '@canopy/proto/bus';
import type { Clock } from '@canopy/runtime/clock';
import type { FactPublisher } from '../ports/control-plane.ts';

/** A client, and the tracks of which its connection does not carry what it asked for, now. */
export interface LoweredViewer {
  readonly participantId: string;
  readonly subscriptions: { readonly loweredTrackIds: readonly string[] };
}

export interface LoweredPicturesOptions {
  clock: Clock;
  facts: FactPublisher;
  /** Everybody here, by meeting. */
  viewers: () => Iterable<{ id: string; sessions: ReadonlyMap<string, LoweredViewer> }>;
}

const lookEveryMs = 5_000;

/**
 * Tells whose connections do not carry the layers they ask for. The clients can't know: what is not sent is not lost, and they
 * do not see how large a picture could be. What lasts from one look to the next is told, at each look: the bus may lose it, and
 * a change of layers takes a moment.
 */
export class LoweredPictures {
  readonly #options: LoweredPicturesOptions;
  /** As of the last look. */
  #before = new Map<LoweredViewer, ReadonlySet<string>>();
  readonly #stop: () => void;

  constructor(options: LoweredPicturesOptions) {
    this.#options = options;
    this.#stop = options.clock.every(lookEveryMs, () => this.#look());
  }

  close(): void {
    this.#stop();
  }

  #look(): void {
    const now = new Map<LoweredViewer, ReadonlySet<string>>();
    for (const { id: meetingId, sessions } of this.#options.viewers()) {
      for (const viewer of sessions.values()) {
        const lowered = new Set(viewer.subscriptions.loweredTrackIds);
        if (lowered.size > 0) now.set(viewer, lowered);
        const trackIds = [...lowered].filter((trackId) => this.#before.get(viewer)?.has(trackId));
        if (trackIds.length > 0) this.#tell({ meetingId, participantId: viewer.participantId, trackIds });
      }
    }
    this.#before = now;
  }

  #tell(picturesLowered: PicturesLowered): void {
    this.#options.facts.publish({ picturesLowered });
  }
}
