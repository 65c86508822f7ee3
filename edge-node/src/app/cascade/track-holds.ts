import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { Demand } from '../../core/cascade/demand.ts';
import type { Lane } from '../../core/cascade/lanes.ts';
import { LayerNeeds } from '../../core/cascade/layer-demand.ts';
import { type Use, usesOf } from '../../core/cascade/uses.ts';

/** Somebody's hold on a track: as long as it is held, the track stays on this edge. */
export interface Hold {
  /** So many simulcast layers, counted from the lowest, are needed of it; Infinity: all. */
  need(layers: number): void;
  /** Whether it is needed hushed or not. */
  insist(insists: boolean): void;
  /** What it is held for now. */
  serve(use: Use): void;
  release(): void;
}

export interface TrackHoldsOptions {
  clock: Clock;
  lingerMs: number;
  /** Nobody has held it for that long. */
  onUnwanted: () => void;
  /** Something else of it is needed. */
  onNeed: () => void;
  /** Other ways of it are needed: more at once, fewer after that long. */
  onLanes: () => void;
}

/** What one hold needs. */
interface Need {
  use: Use;
  /** Undefined while it has not got the track. */
  layers: number | undefined;
  insists: boolean;
}

/** What all those need who hold a track for the same. */
class SharedNeed {
  readonly layers = new LayerNeeds();
  holds = 0;
  insisting = 0;
}

const lanes: readonly Lane[] = ['main', 'spare'];

/** Who holds one track, children and viewers, and what they need of each way it comes. */
export class TrackHolds {
  readonly #options: TrackHoldsOptions;
  readonly #demand = new Demand();
  readonly #shared: Readonly<Record<Use, SharedNeed>> = {
    first: new SharedNeed(),
    backup: new SharedNeed(),
    chained: new SharedNeed(),
  };
  /** Ways that are needed, or were a moment ago. */
  readonly #kept = new Set<Lane>();
  readonly #cancelLapse = new Map<Lane, () => void>();
  #cancelLinger = () => {};
  #closed = false;

  constructor(options: TrackHoldsOptions) {
    this.#options = options;
  }

  get total(): number {
    return this.#demand.total;
  }

  /** True while somebody watches it, here or below. */
  get watched(): boolean {
    return this.#shared.first.holds > 0;
  }

  /** Whether it is to come that way. Before somebody comes: any way. */
  keeps(lane: Lane): boolean {
    return this.#kept.size === 0 || this.#kept.has(lane);
  }

  /** Layers that are needed of that way; undefined while nobody has it. */
  needed(lane: Lane): number | undefined {
    const needed = this.#of(lane).flatMap(({ layers }) => layers.needed ?? []);
    return needed.length === 0 ? undefined : Math.max(...needed);
  }

  /** True while somebody needs that way hushed or not. */
  insisted(lane: Lane): boolean {
    return this.#of(lane).some(({ insisting }) => insisting > 0);
  }

  /** Makes a hold of what `take` gets for somebody on that worker; it counts from the moment it is asked for. Throws TRACK_NOT_FOUND once closed, and what `take` throws. */
  async take<Taken>(
    workerIndex: number,
    use: Use,
    take: () => Promise<{ hold: Taken; layers: number; drop: () => void }>,
  ): Promise<Taken & Hold> {
    if (this.#closed) throw new CanopyError('TRACK_NOT_FOUND');
    let need: Need = { use, layers: undefined, insists: false };
    const uncount = this.#count(workerIndex);
    this.#add(need, 1);
    this.#revise();
    const leave = () => {
      this.#add(need, -1);
      uncount();
      this.#revise();
    };
    try {
      const { hold, layers, drop } = await take();
      let held = true;
      const change = (changed: Partial<Need>) => {
        if (!held) return;
        this.#add(need, -1);
        need = { ...need, ...changed };
        this.#add(need, 1);
        this.#revise();
        this.#options.onNeed();
      };
      change({ layers });
      return {
        ...hold,
        need: (more) => change({ layers: more }),
        insist: (insists) => change({ insists }),
        serve: (next) => change({ use: next }),
        release: () => {
          if (!held) return;
          held = false;
          drop();
          leave();
          this.#options.onNeed();
        },
      };
    } catch (error) {
      leave();
      this.#options.onNeed();
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    this.#cancelLinger();
    for (const cancel of this.#cancelLapse.values()) cancel();
  }

  #of(lane: Lane): SharedNeed[] {
    return usesOf[lane].map((use) => this.#shared[use]);
  }

  #add({ use, layers, insists }: Need, count: 1 | -1): void {
    const shared = this.#shared[use];
    shared.holds += count;
    if (insists) shared.insisting += count;
    if (count > 0) shared.layers.replace(undefined, layers);
    else shared.layers.replace(layers, undefined);
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

  /** Whoever comes while nobody is there finds it as it was. */
  #revise(): void {
    if (this.#closed || this.#demand.total === 0) return;
    let more = false;
    for (const lane of lanes) {
      if (this.#of(lane).some(({ holds }) => holds > 0)) {
        this.#cancelLapse.get(lane)?.();
        this.#cancelLapse.delete(lane);
        more ||= !this.#kept.has(lane);
        this.#kept.add(lane);
      } else if (this.#kept.has(lane) && !this.#cancelLapse.has(lane)) {
        const lapse = () => this.#lapse(lane);
        this.#cancelLapse.set(lane, this.#options.clock.after(this.#options.lingerMs, lapse));
      }
    }
    if (more) this.#options.onLanes();
  }

  #lapse(lane: Lane): void {
    this.#cancelLapse.delete(lane);
    // Somebody may come back before all of it is let go.
    if (this.#demand.total === 0) return;
    this.#kept.delete(lane);
    this.#options.onLanes();
  }
}
