import type { Reservation } from '@canopy/proto/bus';
import type { Clock } from '@canopy/runtime/clock';
import type { MeetingProfile } from '../../core/meeting/meeting.ts';
import type { ClientMedia, MediaSession } from '../../core/meeting/session.ts';
import type { MeetingUsage } from '../../core/meeting/state.ts';
import { placeParticipant } from '../../core/placement/place.ts';
import {
  type OverloadedEdge,
  type Rebalance,
  type RebalancePolicy,
  rebalance,
} from '../../core/placement/rebalance.ts';
import type {
  ClientView,
  EdgeCandidate,
  GeoPoint,
  PlacementDecision,
  PlacementPolicy,
} from '../../core/placement/types.ts';
import { type MeetingPlan, plannedPathMs } from '../../core/routing/meeting-plan.ts';
import type { NetworkRtts } from './network-rtts.ts';

/** What is known of where a client is. */
export interface ClientOrigin {
  /** IP address, already freed of proxies. */
  address: string;
  /** Where it says it is; only given where clients are believed. */
  location?: GeoPoint | undefined;
  /** Measured RTT in ms by edge id. */
  rttMs?: ReadonlyMap<string, number>;
}

export interface PlacingDeps {
  edges: { candidates(): EdgeCandidate[]; reserve(edgeId: string): void };
  locate(address: string): GeoPoint | undefined;
  networkRtts: Pick<NetworkRtts, 'recall'>;
  estimateRttMs(from: GeoPoint, to: GeoPoint): number;
  announce(reservation: Reservation): void;
  replicaId: string;
  policy: PlacementPolicy;
  rebalancing: RebalancePolicy;
  clock: Clock;
  onPlaced?(decision: PlacementDecision): void;
}

/** Somebody who is on an edge. */
export interface Settled {
  id: string;
  worker: number;
  publishes: boolean;
  media: MediaSession;
  profile: MeetingProfile;
  usage: MeetingUsage;
  plan: MeetingPlan | undefined;
}

/** Where a client is, as it was known when it joined. */
export function originOf({ address, location, rttMs }: ClientMedia): ClientOrigin {
  return { address, location, rttMs: new Map(Object.entries(rttMs)) };
}

/** Chooses edges for participants. */
export class Placing {
  readonly #deps: PlacingDeps;

  constructor(deps: PlacingDeps) {
    this.#deps = deps;
  }

  /** The edge somebody would be placed on now, with reasons; `excluded` edges are treated as not there. */
  choose(
    client: ClientOrigin,
    profile: MeetingProfile,
    usage: MeetingUsage,
    plan: MeetingPlan | undefined,
    excluded: ReadonlySet<string> = new Set(),
  ): PlacementDecision {
    const edges = this.#deps.edges.candidates();
    const candidates = edges.filter(({ id }) => !excluded.has(id));
    const policy = { ...this.#deps.policy, allowedRegions: profile.settings.allowedRegions ?? [] };
    // Publishers may be on an edge that is excluded.
    const footprint = this.#footprint(usage, plan, edges);
    return placeParticipant(candidates, this.#view(client), footprint, policy);
  }

  /** Who leaves an overloaded edge, and for where. */
  rebalance(edge: OverloadedEdge, people: readonly Settled[]): Rebalance {
    const candidates = this.#deps.edges.candidates();
    const movable = people.map(({ id, worker, publishes, media, profile, usage, plan }) => ({
      id,
      worker,
      publishes,
      placedAtMs: media.placedAt,
      client: this.#view(originOf(media.client)),
      meeting: this.#footprint(usage, plan, candidates),
      allowedRegions: profile.settings.allowedRegions ?? [],
    }));
    const now = this.#deps.clock.now();
    return rebalance(edge, movable, candidates, this.#deps.policy, this.#deps.rebalancing, now);
  }

  /** Counts somebody as placed until the edge's reports do. */
  reserve(decision: PlacementDecision, edgeId: string): void {
    this.#deps.edges.reserve(edgeId);
    this.#deps.announce({ edgeId, replicaId: this.#deps.replicaId });
    this.#deps.onPlaced?.(decision);
  }

  #view(client: ClientOrigin): ClientView {
    const rttMs = client.rttMs ?? new Map<string, number>();
    // Who says it is elsewhere is not where its address is, nor as far from edges as its neighbours are.
    if (client.location !== undefined) return { rttMs, location: client.location, saysItself: true };
    const location = this.#deps.locate(client.address);
    const rememberedRtt = this.#deps.networkRtts.recall(client.address);
    return {
      rttMs,
      ...(location === undefined ? {} : { location }),
      ...(rememberedRtt === undefined ? {} : { rememberedRtt }),
    };
  }

  #footprint(usage: MeetingUsage, plan: MeetingPlan | undefined, edges: readonly EdgeCandidate[]) {
    const locations = new Map(edges.map(({ id, location }) => [id, location]));
    const direct = (a: string, b: string) => {
      const [from, to] = [locations.get(a), locations.get(b)];
      return from === undefined || to === undefined ? 0 : this.#deps.estimateRttMs(from, to) / 2;
    };
    return {
      ...usage,
      pathMs: (originId: string, edgeId: string) => plannedPathMs(plan, originId, edgeId) ?? direct(originId, edgeId),
    };
  }
}
