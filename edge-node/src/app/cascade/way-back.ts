import type { Clock } from '@canopy/runtime/clock';
import { silentAfterMs } from '../../core/cascade/silence.ts';
import type { TrackSupply } from './track-supply.ts';
import type { Way } from './way.ts';

/** A way that was left for its silence, and not given up for so long, had only paused: it is used again. */
const returnAfterMs = 10_000;
/** One that was only the slower to begin is used as soon as it has begun. */
const beginAfterMs = 500;

export interface WayBackOptions {
  clock: Clock;
  /** The parent that the plan prefers. */
  planned: () => string | undefined;
  /** Whether the supply is still to change, to that way of it. */
  mayReturn: (supply: TrackSupply, way: Way) => boolean;
  /** The way that the plan prefers is to be used again. */
  onReturn: (supply: TrackSupply, way: Way) => void;
}

/** Leads a track back to the way that the plan prefers, some time after another was used instead, unless that costs viewers their consumers. */
export class WayBack {
  readonly #options: WayBackOptions;
  #cancel = () => {};

  constructor(options: WayBackOptions) {
    this.#options = options;
  }

  /** The supply uses another way now. */
  soon(supply: TrackSupply): void {
    this.#cancel();
    const isLate = this.#plannedOf(supply)?.feed.reception().begun === false;
    const afterMs = isLate ? beginAfterMs : returnAfterMs;
    this.#cancel = this.#options.clock.after(afterMs, () => this.#return(supply));
  }

  cancel(): void {
    this.#cancel();
  }

  #return(supply: TrackSupply): void {
    const way = this.#plannedOf(supply);
    if (way === undefined || way === supply.inUse || supply.fragileViewers > 0) return;
    if (!this.#options.mayReturn(supply, way)) return;
    const { idleMs, begun } = way.feed.reception();
    if (idleMs < silentAfterMs && begun !== false) this.#options.onReturn(supply, way);
    else this.soon(supply);
  }

  #plannedOf({ ways }: TrackSupply): Way | undefined {
    return ways.find(({ feed }) => feed.live && feed.parentId === this.#options.planned());
  }
}
