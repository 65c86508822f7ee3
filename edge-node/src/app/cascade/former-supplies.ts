import type { Clock } from '@canopy/runtime/clock';
import { supplyLeaveMs } from '../../core/cascade/leaving.ts';
import type { TrackSupply } from './track-supply.ts';

export interface FormerSuppliesOptions {
  clock: Clock;
  /** Viewers of one of them are to take the track anew. */
  onDropped: () => void;
}

/** Supplies that were replaced, but whose viewers stay: since the way in use goes on, or, of those that are outdated, for a while. */
export class FormerSupplies {
  readonly #options: FormerSuppliesOptions;
  readonly #supplies = new Set<TrackSupply>();

  constructor(options: FormerSuppliesOptions) {
    this.#options = options;
  }

  get all(): TrackSupply[] {
    return [...this.#supplies];
  }

  /** Those whose viewers were not told to take the track anew. */
  get lasting(): TrackSupply[] {
    return this.all.filter(({ outdated }) => !outdated);
  }

  /** Keeps it for the viewers it has, with the one way it uses. */
  add(supply: TrackSupply): void {
    if (supply.viewers === 0) supply.close();
    else this.#supplies.add(supply);
    for (const former of this.#supplies) former.retire();
  }

  /** A viewer of it left: without any, it ends. */
  forgo(supply: TrackSupply): void {
    if (supply.viewers === 0 && this.#supplies.delete(supply)) supply.close();
  }

  /** The way this one uses has been left by the plan, or seems silent: its viewers go on while they take the track anew. */
  leave(supplies: readonly TrackSupply[]): void {
    const gone = supplies.filter(({ inUse }) => inUse.feed.gone);
    const flowing = supplies.filter(({ inUse }) => !inUse.feed.gone);
    for (const supply of flowing) {
      supply.outdate();
      supply.facts.on(
        'closed',
        this.#options.clock.after(supplyLeaveMs, () => this.end([supply])),
      );
    }
    if (flowing.length > 0) this.#options.onDropped();
    this.end(gone);
  }

  end(supplies: readonly TrackSupply[]): void {
    const ended = supplies.filter((supply) => this.#supplies.delete(supply));
    for (const supply of ended) supply.close();
    if (ended.length > 0) this.#options.onDropped();
  }

  close(): void {
    const supplies = this.all;
    this.#supplies.clear();
    for (const supply of supplies) supply.close();
  }
}
