import type { Clock } from '@canopy/runtime/clock';
import type { PublishedTrack } from '../meeting/meetings.ts';
import type { FactPublisher } from '../ports/control-plane.ts';

/** A track, and what its publisher is to encode of it. */
export interface SteeredTrack extends Omit<PublishedTrack, 'feed'> {
  readonly feed: Pick<PublishedTrack['feed'], 'layers' | 'unheeded'>;
}

export interface NeededLayersOptions {
  clock: Clock;
  facts: FactPublisher;
  /** All that is published here. */
  published: () => Iterable<SteeredTrack>;
}

const lookEveryMs = 5_000;

/**
 * Tells publishers which layers of their cameras anybody needs, so that they need not encode the others. What is told may get
 * lost, on the bus or with the connection of the publisher, who may also begin anew: so what arrives is looked at, and where
 * that is something else, it is told again.
 */
export class NeededLayers {
  readonly #options: NeededLayersOptions;
  readonly #stop: () => void;

  constructor(options: NeededLayersOptions) {
    this.#options = options;
    this.#stop = options.clock.every(lookEveryMs, () => this.#look());
  }

  tell({ meetingId, participantId, trackId, feed }: SteeredTrack): void {
    this.#options.facts.publish({ layersNeeded: { meetingId, participantId, trackId, layers: feed.layers } });
  }

  close(): void {
    this.#stop();
  }

  #look(): void {
    for (const track of this.#options.published()) if (track.feed.unheeded) this.tell(track);
  }
}
