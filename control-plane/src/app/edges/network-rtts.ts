import { fibreRttMs } from '@canopy/geo/rtt';
import type { RttsMeasured } from '@canopy/proto/bus';
import type { Clock } from '@canopy/runtime/clock';
import { longestRttMs, type MeasuredRtts } from '../../core/placement/measured-rtt.ts';
import type { EdgeCandidate, GeoPoint, RememberedRtt } from '../../core/placement/types.ts';
import type { ClientOrigin } from './placing.ts';

export interface NetworkRttsDeps {
  edges: { candidates(): EdgeCandidate[] };
  locate(address: string): GeoPoint | undefined;
  /** The network that neighbours of an address share; undefined for what is no address. */
  networkOf(address: string): string | undefined;
  announce(measured: RttsMeasured): void;
  /** Where they are remembered. */
  measured: MeasuredRtts;
  /** Something new is remembered of a network, not from another replica. */
  onLearnt?(network: string): void;
  replicaId: string;
  clock: Clock;
}

const tellEveryMs = 1_000;
/** Told at a time; in a rush larger than that the others learn from those who come later. */
const mostNetworks = 1_000;
const longestNetwork = 64;

/**
 * What clients measured, remembered for their neighbours: by all replicas, so that it does not matter which of them places
 * somebody. Others hear of a network, never of an address.
 */
export class NetworkRtts {
  readonly #deps: NetworkRttsDeps;
  /** Since others were told last: ms by network and edge, as measured last. */
  #untold = new Map<string, Map<string, number>>();

  constructor(deps: NetworkRttsDeps) {
    this.#deps = deps;
  }

  /**
   * Remembers what a client measured. Its neighbours are not taken to be nearer to an edge than half of what light needs to
   * there: one who lies draws nobody across the world. Where the place of a network is not known that well, which this leaves
   * room for, its nearest edge is still the nearest.
   */
  learn({ address, location, rttMs }: ClientOrigin): void {
    // Who says it is elsewhere is not as far from edges as its neighbours are.
    const network = location === undefined ? this.#deps.networkOf(address) : undefined;
    if (network === undefined || rttMs === undefined) return;
    const place = this.#deps.locate(address);
    for (const edge of this.#deps.edges.candidates()) {
      const measuredMs = rttMs.get(edge.id);
      if (measuredMs === undefined) continue;
      const leastMs = place === undefined ? 0 : fibreRttMs(place, edge.location) / 2;
      const believedMs = Math.max(measuredMs, leastMs);
      this.#deps.measured.observe(network, edge.id, believedMs, this.#deps.clock.now());
      this.#tellSoon(network, edge.id, believedMs);
      this.#deps.onLearnt?.(network);
    }
  }

  /** A replica said so, this one or another. */
  heard({ replicaId, networks }: RttsMeasured): void {
    if (replicaId === this.#deps.replicaId) return;
    const known = new Set(this.#deps.edges.candidates().map(({ id }) => id));
    const now = this.#deps.clock.now();
    for (const { network, rtts } of networks.slice(0, mostNetworks)) {
      if (network.length > longestNetwork) continue;
      for (const { edgeId, rttMs } of rtts)
        if (known.has(edgeId) && rttMs > 0 && rttMs <= longestRttMs)
          this.#deps.measured.observe(network, edgeId, rttMs, now);
    }
  }

  /** What clients of the network of an address measured; undefined for what is no address. */
  recall(address: string): ReadonlyMap<string, RememberedRtt> | undefined {
    const network = this.#deps.networkOf(address);
    return network === undefined ? undefined : this.#deps.measured.recall(network, this.#deps.clock.now());
  }

  /** Tells the others until the returned function is called. */
  run(): () => void {
    return this.#deps.clock.every(tellEveryMs, () => this.#tell());
  }

  #tellSoon(network: string, edgeId: string, rttMs: number): void {
    const rtts = this.#untold.get(network);
    if (rtts !== undefined) rtts.set(edgeId, rttMs);
    else if (this.#untold.size < mostNetworks) this.#untold.set(network, new Map([[edgeId, rttMs]]));
  }

  #tell(): void {
    if (this.#untold.size === 0) return;
    const networks = [...this.#untold].map(([network, rtts]) => ({
      network,
      rtts: [...rtts].map(([edgeId, rttMs]) => ({ edgeId, rttMs })),
    }));
    this.#untold = new Map();
    this.#deps.announce({ replicaId: this.#deps.replicaId, networks });
  }
}
