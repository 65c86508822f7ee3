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

/** Networks that are remembered at most. */
export const mostRemembered = 50_000;

/** What is remembered of one edge, at some moment. */
export interface WeighedRtt {
  edgeId: string;
  rttMs: number;
  /** Number of fresh measurements it is worth. */
  weight: number;
}

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
  maxNetworks: mostRemembered,
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
    const samples = this.samples(network, now);
    return new Map(samples.map(({ edgeId, rttMs, weight }) => [edgeId, { rttMs, weight: this.#against(weight) }]));
  }

  /** All that is remembered of a network, measured longest ago first, with what it is worth now. */
  samples(network: string, now: number): WeighedRtt[] {
    return [...(this.#networks.get(network) ?? [])]
      .map(([edgeId, sample]) => ({ edgeId, rttMs: sample.rttMs, weight: this.#weightAt(sample, now) }))
      .filter(({ weight }) => this.#against(weight) >= forgottenBelow);
  }

  /** Takes up what was remembered of a network at some moment, unless there is newer, or no room for it. */
  restore(network: string, rtts: readonly WeighedRtt[], atMs: number): void {
    const { maxNetworks, maxEdgesPerNetwork, maxWeight } = this.#options;
    if (rtts.length === 0 || this.#networks.has(network) || this.#networks.size >= maxNetworks) return;
    const samples = new Map<string, Sample>();
    for (const { edgeId, rttMs, weight } of rtts)
      moveToEnd(samples, edgeId, { rttMs, weight: Math.min(weight, maxWeight), atMs }, maxEdgesPerNetwork);
    this.#networks.set(network, samples);
  }

  /** The share of a memory beside the prior. */
  #against(weight: number): number {
    return weight / (weight + this.#options.priorWeight);
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
