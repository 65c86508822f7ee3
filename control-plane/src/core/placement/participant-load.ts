import { networkLoad } from '../edges/edge-load.ts';

/** What of an edge's heartbeat tells what its participants cost. */
export interface ReportedUse {
  /** Loads 0 to 1 of one core each. */
  workers: readonly { load: number }[];
  /** Participants on it. */
  sessions: number;
  egressBps: number;
  egressCapacityBps: number;
}

/** Of one core, for a participant nothing is known of: five consumers on a worker that forwards to about 500. */
const assumedShare = 0.01;
/** Participants of the assumed kind that count beside those reported, so that the first few do not decide alone. */
const assumedParticipants = 20;

/**
 * The load, 0 to 1, that one more participant adds to an edge: what its participants cost on average, spread over its
 * workers, or what they take of its network, if that is more. Where few are, most of what leaves it goes to other edges, and
 * counts the less. A fixed guess would refuse an audience that comes within a second, before any report shows how little it costs.
 */
export function loadPerParticipant(use: ReportedUse): number {
  const { workers, sessions } = use;
  const used = workers.reduce((sum, { load }) => sum + load, 0);
  const participants = sessions + assumedParticipants;
  const share = (used + assumedParticipants * assumedShare) / participants;
  return Math.max(share / Math.max(1, workers.length), (networkLoad(use) * sessions) / participants ** 2);
}
