import type { RememberedRtt } from './types.ts';

export interface MeasuredRttOptions {
  /** A measurement counts half as much after this long. */
  halfLifeMs: number;
  /** How many fresh measurements the estimate from places is worth. */
  priorWeight: number;
  /** Many measurements count as this many, so that a changed route is learnt soon. */
  maxWeight: number;
  maxNetworks: number;
  maxEdgesPerNetwork: number;
}

/** As long as a round trip to an edge may be, ms: what is told to be longer is none. */
export const longestRttMs = 5_000;

interface Sample {
  rttMs: number;
  /** Number of measurements it stands for, at `atMs`. */
  weight: number;
  atMs: number;
}

const defaults: MeasuredRttOptions = {
  halfLifeMs: 10 * 60_000,
  priorWeight: 0.25,
  maxWeight: 8,
  maxNetworks: 50_000,
  maxEdgesPerNetwork: 16,
};

/** Below this share a memory is as good as none. */
const forgottenBelow = 0.01;

/** Remembers what clients measured, per network (the key of `networkPrefix`: IPv4 /24, IPv6 /48) and edge. The memory is a weighted mean whose weight halves every `halfLifeMs`, set against a prior of constant weight: without new measurements the estimate from places takes over again. Bounded: the network and the edge measured longest ago go first. `now` in ms. */
export class MeasuredRtts {
  readonly #options: MeasuredRttOptions;
  /** Both maps in the order of last measurement. */
  readonly #networks = new Map<string, Map<string, Sample>>();

  constructor(options: Partial<MeasuredRttOptions> = {}) {
    this.#options = { ...defaults, ...options };
  }

  get networkCount(): number {
    return this.#networks.size;
  }

  observe(network: string, edgeId: string, rttMs: number, now: number): void {
    const samples = this.#networks.get(network) ?? new Map<string, Sample>();
    const before = samples.get(edgeId);
    const oldWeight = before === undefined ? 0 : this.#weightAt(before, now);
    const weight = Math.min(oldWeight + 1, this.#options.maxWeight);
    const mean = before === undefined ? rttMs : before.rttMs + (rttMs - before.rttMs) / (oldWeight + 1);
    moveToEnd(samples, edgeId, { rttMs: mean, weight, atMs: now }, this.#options.maxEdgesPerNetwork);
    moveToEnd(this.#networks, network, samples, this.#options.maxNetworks);
  }

  /** What is remembered for clients of a network, for `ClientView.rememberedRtt`. */
  recall(network: string, now: number): ReadonlyMap<string, RememberedRtt> {
    const remembered = new Map<string, RememberedRtt>();
    for (const [edgeId, sample] of this.#networks.get(network) ?? []) {
      const sampleWeight = this.#weightAt(sample, now);
      const weight = sampleWeight / (sampleWeight + this.#options.priorWeight);
      if (weight >= forgottenBelow) remembered.set(edgeId, { rttMs: sample.rttMs, weight });
    }
    return remembered;
  }

  #weightAt(sample: Sample, now: number): number {
    return sample.weight * 0.5 ** (Math.max(0, now - sample.atMs) / this.#options.halfLifeMs);
  }
}

function moveToEnd<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, maxSize: number): void {
  map.delete(key);
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= maxSize) return;
    map.delete(oldest);
  }
}
