import type { Clock } from '@canopy/runtime/clock';
import { followNeed, type LayerDemand, layerSettleMs } from '../../core/cascade/layer-demand.ts';

export interface SteadyNeedOptions {
  clock: Clock;
  /** Layers that come at first: all of them. */
  layers: number;
  /** For so long a layer still comes that is not needed any more. */
  lingerMs: number;
  /** Other layers are to be asked for than before. */
  onChange: () => void;
}

/** The simulcast layers to ask for of what has just begun to come, followed over time: what is needed changes often, what is asked for does not. */
export class SteadyNeed {
  readonly #options: SteadyNeedOptions;
  readonly #settledAt: number;
  #demand: LayerDemand;
  #cancelLower = () => {};
  #closed = false;

  constructor(options: SteadyNeedOptions) {
    this.#options = options;
    this.#demand = { layers: options.layers, lowerAt: undefined };
    this.#settledAt = options.clock.monotonicMs() + layerSettleMs;
  }

  /** To ask for, counted from the lowest. */
  get layers(): number {
    return this.#demand.layers;
  }

  /** So many are needed from now on. */
  need(layers: number): void {
    this.#cancelLower();
    if (this.#closed) return;
    const { clock, lingerMs, onChange } = this.#options;
    const now = clock.monotonicMs();
    const before = this.#demand;
    this.#demand = followNeed(before, layers, now, { lingerMs, settledAt: this.#settledAt });
    const { lowerAt } = this.#demand;
    if (lowerAt !== undefined) this.#cancelLower = clock.after(lowerAt - now, () => this.need(layers));
    if (this.#demand.layers !== before.layers) onChange();
  }

  close(): void {
    this.#closed = true;
    this.#cancelLower();
  }
}
