import type { Clock } from '@canopy/runtime/clock';
import { silentAfterMs } from '../../core/cascade/silence.ts';
import type { TrackSupply } from './track-supply.ts';
import type { Way } from './way.ts';

/** A way that was left for its silence, and not given up for so long, had only paused: it is used again. So is one that was lost and came again. */
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

  /** The supply fell back on another way. */
  soon(supply: TrackSupply): void {
    const isLate = this.#plannedOf(supply)?.feed.reception().begun === false;
    this.#after(isLate ? beginAfterMs : returnAfterMs, supply);
  }

  /** The supply goes on with another way, though the one that the plan prefers is there again. What was lost a moment ago may be lost again. */
  later(supply: TrackSupply): void {
    this.#after(returnAfterMs, supply);
  }

  cancel(): void {
    this.#cancel();
  }

  #after(delayMs: number, supply: TrackSupply): void {
    this.#cancel();
    this.#cancel = this.#options.clock.after(delayMs, () => this.#return(supply));
  }

  #return(supply: TrackSupply): void {
    const way = this.#plannedOf(supply);
    if (way === undefined || way === supply.inUse || supply.fragileViewers > 0) return;
    if (!this.#options.mayReturn(supply, way)) return;
    const { idleMs, patienceMs = silentAfterMs, begun } = way.feed.reception();
    if (idleMs < patienceMs && begun !== false) this.#options.onReturn(supply, way);
    else this.soon(supply);
  }

  #plannedOf({ ways }: TrackSupply): Way | undefined {
    return ways.find(({ feed }) => feed.live && feed.parentId === this.#options.planned());
  }
}
