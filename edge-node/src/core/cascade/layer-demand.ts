/** What is asked of who sends a track, a parent or its publisher: so many simulcast layers, counted from the lowest; Infinity: all. */
export interface LayerDemand {
  readonly layers: number;
  /** When fewer will be asked for, ms of a clock that nobody sets; undefined while no fewer are needed. */
  readonly lowerAt: number | undefined;
}

/** How long a layer that nobody needs any more still flows over a link: people change their layout back and forth, and each change costs a keyframe. */
export const linkLingerMs = 5_000;

/** How long it is still encoded: when it comes back, browsers are shown it after two seconds only, and conversations go back and forth, too. */
export const encodingLingerMs = 10_000;

/**
 * How long every layer of a new way flows, whoever needs what. A consumer can only change to a layer of which sender reports
 * have told when it was captured: that takes three to five seconds, and must be done before the layer pauses, for then its
 * reports end. Once told, it stays known.
 */
export const layerSettleMs = 8_000;

/** When fewer layers may be asked for. */
export interface Patience {
  /** After so long that they were not needed. */
  lingerMs: number;
  /** And not before, ms of the same clock. */
  settledAt: number;
}

/** The demand when `needed` layers are needed at `now`: more at once, fewer with patience. */
export function followNeed(demand: LayerDemand, needed: number, now: number, patience: Patience): LayerDemand {
  if (needed >= demand.layers) return { layers: needed, lowerAt: undefined };
  const lowerAt = demand.lowerAt ?? Math.max(now + patience.lingerMs, patience.settledAt);
  return now >= lowerAt ? { layers: needed, lowerAt: undefined } : { layers: demand.layers, lowerAt };
}

/** How many layers those who share a track need: how many of them need how many. */
export class LayerNeeds {
  readonly #holders = new Map<number, number>();

  /** What all of them need; undefined when there is nobody. */
  get needed(): number | undefined {
    return this.#holders.size === 0 ? undefined : Math.max(...this.#holders.keys());
  }

  /** One of them needs `after` now, and `before` no more; undefined: he was not there, or is gone. */
  replace(before: number | undefined, after: number | undefined): void {
    if (before !== undefined) this.#add(before, -1);
    if (after !== undefined) this.#add(after, 1);
  }

  #add(layers: number, count: number): void {
    const holders = (this.#holders.get(layers) ?? 0) + count;
    if (holders === 0) this.#holders.delete(layers);
    else this.#holders.set(layers, holders);
  }
}
