/**
 * Copies of one track an edge may send to others where nothing else is said: 5 % of an edge's network at 15 Mbit/s each. With
 * the default depth it reaches a mesh of 1,000 edges in many regions; 8 would end at 584.
 */
export const defaultFanOut = 16;

/** What the planner knows about one edge. */
export interface PlanEdge {
  id: string;
  region: string;
  /** Of its hottest worker or of its network, whichever is fuller, 0 to 1. */
  load: number;
  /** Copies of one track it may send to other edges. 0 keeps it a leaf: so an edge that drains serves those still on it. */
  maxFanOut: number;
  /** Copies of a cascade that its network has room for besides those it sends; absent: any number. */
  spareCopies?: number;
  /** False for edges that are dead, quarantined or drained: they have no place in a new plan. */
  usable: boolean;
}

/** The mesh as the planner sees it. Functions are total over the ids in `edges`, and cheap. */
export interface MeshView {
  edges: ReadonlyMap<string, PlanEdge>;
  /** Round trip in ms, measured where known, estimated otherwise. Symmetric. */
  rttMs(a: string, b: string): number;
  /** Packet loss from a to b, 0 to 1. */
  loss(from: string, to: string): number;
  /** Media did not get from one to the other lately, in either direction. Such a link is used only where nothing else leads. Symmetric. */
  isLost(a: string, b: string): boolean;
  /** US dollars per GB from one edge to another. */
  egressUsdPerGb(from: string, to: string): number;
}

export interface PlanPolicy {
  /** Links between the origin and any edge, at most. */
  maxDepth: number;
  /** A path may take `max(stretch × shortest, shortest + slackMs)`. */
  maxStretch: number;
  slackMs: number;
  /** Added to a path's latency for each edge that forwards it, ms. */
  relayDelayMs: number;
  /** Loss counts as latency: what a link that lost everything would add, ms. 1,000 makes 1 % of loss weigh as much as 10 ms. */
  lossPenaltyMs: number;
  /** Edges without demand that may be used as relays, at most. */
  maxRelays: number;
  /** What an edge's change of parent must gain in latency, all edges together, if it saves no money, ms. */
  changeMs: number;
}

export const defaultPlanPolicy: PlanPolicy = {
  maxDepth: 3,
  maxStretch: 1.1,
  slackMs: 10,
  relayDelayMs: 1,
  lossPenaltyMs: 1_000,
  maxRelays: 8,
  changeMs: 2,
};

/**
 * Why a node has its parent:
 * - `origin-direct`: nothing beats the origin itself
 * - `region-gateway`: an edge of its own region has the tracks already
 * - `cheaper-through-relay`: its parent's egress costs less than the origin's
 * - `faster-through-relay`: at the same cost the way over its parent is shorter
 * - `for-subtree`: a cheaper parent would make those below it too late or too deep
 * - `capacity`: a better parent has no room: as many children as it may have, or as its load or its network allow
 * - `kept`: a better parent would gain too little to be worth the change
 * - `repaired`: its parent, or the link to it, was lost
 * - `only-way`: no parent keeps its latency bound, or the links to all of them were lost; this one misses it least
 */
export const parentReasons = [
  'origin-direct',
  'region-gateway',
  'cheaper-through-relay',
  'faster-through-relay',
  'for-subtree',
  'capacity',
  'kept',
  'repaired',
  'only-way',
] as const;

export type ParentReason = (typeof parentReasons)[number];

export interface CascadeNode {
  edgeId: string;
  parentId: string;
  /** Where its second way comes from: a way disjoint from the primary one where possible, and never over this node. */
  backupParentId?: string;
  /** The backup parent passes on its own second way, not its first. Absent: false. */
  backupChained?: true;
  /** One-way latency from the origin, ms: half of each link's RTT and the relay delays. */
  latencyMs: number;
  /** The shortest possible of the same, over any path. */
  shortestMs: number;
  depth: number;
  reason: ParentReason;
  /** True when nobody on this edge wants the tracks: it only forwards. */
  relay: boolean;
}

/** The tree that carries one origin's tracks through one meeting. The origin has no node. */
export interface Cascade {
  originId: string;
  nodes: ReadonlyMap<string, CascadeNode>;
}

export interface PlanRequest {
  mesh: MeshView;
  originId: string;
  /** Edges with demand; the origin may be among them. */
  memberIds: readonly string[];
  policy: PlanPolicy;
  /** The plan in force: of equally good plans the one that changes least is chosen. */
  current?: Cascade;
}

export interface PlanResult {
  cascade: Cascade;
  /** Members no path could be found for, and why. */
  unreached: readonly { edgeId: string; because: string }[];
  /** US dollars for one GB of media from the origin to every member. */
  costUsdPerGb: number;
}

export interface Violation {
  rule:
    | 'cycle'
    | 'depth'
    | 'fan-out'
    | 'unknown-edge'
    | 'unusable-edge'
    | 'lost-link'
    | 'latency'
    | 'backup-in-subtree'
    | 'useless-backup'
    | 'missing-member'
    | 'useless-relay';
  edgeId: string;
  detail: string;
}
