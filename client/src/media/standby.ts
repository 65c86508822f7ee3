import type { Clock } from '@canopy/runtime/clock';
import { lastPlayedAt, type ReceivingConsumer } from './flow.ts';

const pollMs = 100;

/** Two consumers of one track, of which the edge lets one speak. */
export interface Pair {
  shown: ReceivingConsumer;
  standby: ReceivingConsumer;
}

/** Looks at the pairs there are, and reports each whose silent half speaks now while the other has fallen silent. Looks at nothing while there is none. */
export class StandbyWatch {
  readonly #clock: Clock;
  readonly #pairs: () => Iterable<[trackId: string, pair: Pair]>;
  readonly #onSwitched: (trackId: string) => void;
  readonly #played = new WeakMap<ReceivingConsumer, number>();
  #stop: (() => void) | undefined;

  constructor(
    clock: Clock,
    pairs: () => Iterable<[trackId: string, pair: Pair]>,
    onSwitched: (trackId: string) => void,
  ) {
    this.#clock = clock;
    this.#pairs = pairs;
    this.#onSwitched = onSwitched;
  }

  /** A pair came to be. */
  start(): void {
    this.#stop ??= this.#clock.every(pollMs, () => this.#look());
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  #look(): void {
    const pairs = [...this.#pairs()];
    if (pairs.length === 0) this.stop();
    for (const [trackId, { shown, standby }] of pairs) {
      const [shownPlays, standbyPlays] = [this.#plays(shown), this.#plays(standby)];
      if (standbyPlays && !shownPlays) this.#onSwitched(trackId);
    }
  }

  /** Whether it has played something since the last look. */
  #plays(consumer: ReceivingConsumer): boolean {
    const before = this.#played.get(consumer);
    const now = lastPlayedAt(consumer.rtpReceiver);
    this.#played.set(consumer, now);
    return before !== undefined && now > before;
  }
}
