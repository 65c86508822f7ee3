import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { Demand } from '../../core/cascade/demand.ts';
import { LayerNeeds } from '../../core/cascade/layer-demand.ts';

/** Somebody's hold on a track: as long as it is held, the track stays on this edge. */
export interface Hold {
  /** So many simulcast layers, counted from the lowest, are needed of it; Infinity: all. */
  need(layers: number): void;
  /** Whether it is needed hushed or not. */
  insist(insists: boolean): void;
  release(): void;
}

export interface TrackHoldsOptions {
  clock: Clock;
  lingerMs: number;
  /** Nobody has held it for that long. */
  onUnwanted: () => void;
  /** So many layers are needed now; 0: nobody holds it any more. */
  onNeed: (layers: number) => void;
  /** Whether anybody insists is another than before. */
  onInsist: (insists: boolean) => void;
}

/** Who holds one track: children and viewers, and how many layers of it they need. */
export class TrackHolds {
  readonly #options: TrackHoldsOptions;
  readonly #demand = new Demand();
  readonly #needs = new LayerNeeds();
  readonly #insisting = new Set<object>();
  #cancelLinger = () => {};
  #closed = false;

  constructor(options: TrackHoldsOptions) {
    this.#options = options;
  }

  get total(): number {
    return this.#demand.total;
  }

  /** Layers that are needed; undefined while nobody holds it. */
  get needed(): number | undefined {
    return this.#needs.needed;
  }

  /** True while somebody needs it hushed or not. */
  get insisted(): boolean {
    return this.#insisting.size > 0;
  }

  /** Makes a hold of what `take` gets for somebody on that worker; it counts from the moment it is asked for. Throws TRACK_NOT_FOUND once closed, and what `take` throws. */
  async take<Taken>(
    workerIndex: number,
    take: () => Promise<{ hold: Taken; layers: number; drop: () => void }>,
  ): Promise<Taken & Hold> {
    if (this.#closed) throw new CanopyError('TRACK_NOT_FOUND');
    const uncount = this.#count(workerIndex);
    try {
      const { hold, layers, drop } = await take();
      let needed: number | undefined;
      const need = (more: number | undefined) => {
        this.#needs.replace(needed, more);
        needed = more;
        this.#options.onNeed(this.needed ?? 0);
      };
      need(layers);
      const holder = {};
      let held = true;
      const release = () => {
        if (!held) return;
        held = false;
        drop();
        uncount();
        need(undefined);
        this.#insist(holder, false);
      };
      return {
        ...hold,
        need: (more) => (held ? need(more) : undefined),
        insist: (insists) => (held ? this.#insist(holder, insists) : undefined),
        release,
      };
    } catch (error) {
      uncount();
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    this.#cancelLinger();
  }

  #insist(holder: object, insists: boolean): void {
    const before = this.insisted;
    if (insists) this.#insisting.add(holder);
    else this.#insisting.delete(holder);
    if (this.insisted !== before) this.#options.onInsist(this.insisted);
  }

  #count(workerIndex: number): () => void {
    this.#cancelLinger();
    const uncount = this.#demand.add(workerIndex);
    return () => {
      uncount();
      if (this.#demand.total > 0 || this.#closed) return;
      this.#cancelLinger();
      this.#cancelLinger = this.#options.clock.after(this.#options.lingerMs, this.#options.onUnwanted);
    };
  }
}
