import type { Lane } from '../../core/cascade/lanes.ts';
import type { PullPath } from '../../core/cascade/path-vector.ts';
import type { NamedParents } from '../../core/cascade/ways.ts';
import type { TrackFeed } from './track-feed.ts';

/** The parents the routes name for a track, and the plan that says so. */
export interface WantedParents extends NamedParents {
  /** The spare one is to pass on its own second way. */
  chained: boolean;
  /** The spare one is to keep it ready only, until it is needed. */
  heldBack: boolean;
  epoch: number;
}

/** What of a way is asked for at first. */
export interface Opening {
  lane: Lane;
  /** The track comes some other way: the spare one is held back where the routes say so. */
  asBackup: boolean;
  /** Somebody watches it, here or below. */
  watched: boolean;
}

/** How a track that is not from here is brought here. Absent for a track whose origin is this edge. */
export interface Upstream {
  /** Pulls it from the main parent the routes name, or the spare one. */
  open(asker: Asker, opening: Opening): Promise<TrackFeed>;
  /** Carries the path of a further asker up while a pull is under way; throws LOOP_DETECTED if it comes back to where it was. */
  probe(asker: Asker): Promise<void>;
  /** Undefined while no route is known. */
  wanted(): WantedParents | undefined;
}

/** Who wants the track: the edges that passed the pull on to here, and the epoch of the plan they follow. */
export interface Asker {
  path: PullPath;
  epoch: number;
}

/** Somebody on this edge. */
export const localAsker: Asker = { path: [], epoch: 0 };
