import type { EgressTier } from './egress.ts';

/** What a capacity is computed from. All of it can be given; `docs/capacity.md` says where each default is from. */
export interface Assumptions {
  /** Media one participant receives, Mbit/s. */
  mbit: number;
  /** Bytes of one packet on the wire, headers included. */
  packetBytes: number;
  /** CPU to forward one packet to one participant, microseconds. */
  usPerPacket: number;
  /** Consumers of one participant: microphones and videos it receives. */
  consumers: number;
  /** Consumers one worker holds. */
  consumersPerWorker: number;
  /** Workers of one edge, one core each. */
  workers: number;
  /** Network of one edge, Gbit/s. */
  edgeGbit: number;
  /** Of all this, what is used at the peak, percent. */
  loadPercent: number;
  /** Edges beyond those needed, in each region. */
  spare: number;
  /** Participants from which a region is opened; fewer go to the nearest that is. */
  openFrom: number;
  /** Media of the stage, all layers of all tracks that cross links, Mbit/s. */
  stageMbit: number;
  /** Links that may start at one edge. */
  fanOut: number;
  /** Links from the origin to any edge. */
  depth: number;
  /** Signaling sessions one replica of the control plane holds. */
  sessionsPerReplica: number;
  edgeUsdPerHour: number;
  replicaUsdPerHour: number;
  /** What there is once, however many participants: PostgreSQL, Redis, NATS, load balancers, the host that observes. */
  servicesUsdPerHour: number;
  /** Egress to the internet, by what a month has seen of it. */
  internetTiers: readonly EgressTier[];
  /** Hours of a month with so many participants. */
  hoursPerMonth: number;
}

/** What decides how many participants an edge takes. */
export type Limit = 'packets' | 'consumers' | 'network';

/** Participants one edge serves at the peak, by what would limit it; the least counts. */
export function participantsPerEdge(of: Assumptions): Record<Limit, number> {
  const share = of.loadPercent / 100;
  const packetsPerSecond = (of.mbit * 1e6) / 8 / of.packetBytes;
  return {
    packets: Math.floor((of.workers * share * 1e6) / (packetsPerSecond * of.usPerPacket)),
    consumers: Math.floor((of.workers * share * of.consumersPerWorker) / of.consumers),
    network: Math.floor((of.edgeGbit * share * 1e3) / of.mbit),
  };
}
