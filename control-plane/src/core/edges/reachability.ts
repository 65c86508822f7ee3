/** A participant and what neighbours of its address have in common. */
export interface Witness {
  participantId: string;
  network: string;
  /** ms */
  at: number;
}

/** What another edge's probes say of the way to this one. */
export interface NeighbourView {
  /** Probes in a row that were not answered, up to the last. */
  unanswered: number;
  /** It hears some other edge: what it does not hear is not its own fault. */
  hearsOthers: boolean;
}

/** Whether media gets through to an edge, as seen from two sides that do not know of each other. */
export interface Reachability {
  /** Participants whose media got through to another edge, but not to this one. */
  failures: readonly Witness[];
  /** Participants whose media got through to this one. */
  successes: readonly Witness[];
  neighbours: readonly NeighbourView[];
}

export const nothingKnown: Reachability = { failures: [], successes: [], neighbours: [] };

/** What it takes to believe that an edge can't be reached. Shares 0 to 1. */
export interface ReachabilityLimits {
  /** Evidence of clients older than this is forgotten, ms. */
  windowMs: number;
  /** Clients alone: so many, from so many networks. One client, or one network, is never enough. */
  participants: number;
  networks: number;
  /** Clients count only where they are this share of the networks heard of. */
  failedShare: number;
  /** A neighbour is deaf to the edge after so many unanswered probes. */
  unanswered: number;
  /** Neighbours alone: so many, and more than half of those that hear others. */
  deafNeighbours: number;
}

export type UnreachableRule = 'clients' | 'neighbours' | 'clients-and-neighbours';

/** What is known of an edge, counted. */
export interface Findings {
  participants: number;
  networks: number;
  /** Networks that failed among all heard of, 0 to 1. */
  failedShare: number;
  deafNeighbours: number;
  /** Those that hear others. */
  neighbours: number;
}

/** Counts the evidence since a time, ms. */
export function findingsOf(
  { failures, successes, neighbours }: Reachability,
  { unanswered }: Pick<ReachabilityLimits, 'unanswered'>,
  since: number,
): Findings {
  const failed = failures.filter(({ at }) => at >= since);
  const failedNetworks = new Set(failed.map(({ network }) => network));
  const reached = successes.filter(({ at }) => at >= since).map(({ network }) => network);
  const networks = new Set([...failedNetworks, ...reached]);
  const credible = neighbours.filter(({ hearsOthers }) => hearsOthers);
  return {
    participants: new Set(failed.map(({ participantId }) => participantId)).size,
    networks: failedNetworks.size,
    failedShare: networks.size === 0 ? 0 : failedNetworks.size / networks.size,
    deafNeighbours: credible.filter((neighbour) => neighbour.unanswered >= unanswered).length,
    neighbours: credible.length,
  };
}

/** Why an edge counts as unreachable; undefined while it does not. */
export function unreachableBecause(found: Findings, limits: ReachabilityLimits): UnreachableRule | undefined {
  const mostAreDeaf = areMostDeaf(found);
  if (mostAreDeaf && found.deafNeighbours >= limits.deafNeighbours) return 'neighbours';
  if (found.networks === 0 || found.failedShare < limits.failedShare) return undefined;
  if (mostAreDeaf) return 'clients-and-neighbours';
  return found.participants >= limits.participants && found.networks >= limits.networks ? 'clients' : undefined;
}

export function areMostDeaf({ deafNeighbours, neighbours }: Findings): boolean {
  return deafNeighbours > neighbours / 2;
}
