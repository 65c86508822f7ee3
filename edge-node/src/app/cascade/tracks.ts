import { CanopyError } from '@canopy/runtime/errors';
import { linkTrackKey } from './link-track.ts';
import type { LocalFeed } from './local-feed.ts';
import type { TrackFeed } from './track-feed.ts';
import { TrackOnEdge, type TrackOnEdgeOptions } from './track-on-edge.ts';
import type { Upstream } from './upstream.ts';

export interface TracksOptions extends Omit<TrackOnEdgeOptions, 'id' | 'originEdgeId' | 'upstream'> {
  edgeId: string;
  upstreamFor: (trackId: string, originEdgeId: string) => Upstream;
  /** Consumers of this track were closed, because it comes another way now. */
  onDropped: (trackId: string) => void;
  onClosed: () => void;
}

export interface PulledTrack {
  track: TrackOnEdge;
  feed: TrackFeed;
  parentId: string;
  /** Another feed is in use. */
  backup: boolean;
}

/** The tracks of one meeting that are on this edge: published here, pulled, or being pulled. A track whose origin moves is on it twice for a while, from either origin, so that nobody who watches misses anything. */
export class Tracks {
  readonly #options: TracksOptions;
  /** By track and origin. */
  readonly #tracks = new Map<string, TrackOnEdge>();

  constructor(options: TracksOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#tracks.size;
  }

  /** From the origin it has been taken from last. */
  get(trackId: string): TrackOnEdge | undefined {
    return [...this.#tracks.values()].findLast(({ id }) => id === trackId);
  }

  all(): IterableIterator<TrackOnEdge> {
    return this.#tracks.values();
  }

  /** How many have their origin on this edge. */
  get publishedHere(): number {
    return [...this.#tracks.values()].filter(({ originEdgeId }) => originEdgeId === this.#options.edgeId).length;
  }

  /** Those that come from a parent, with each feed they come by. */
  pulled(): PulledTrack[] {
    return [...this.#tracks.values()].flatMap((track) => {
      return track.feeds.flatMap((feed) =>
        feed.parentId === undefined ? [] : [{ track, feed, parentId: feed.parentId, backup: feed !== track.feed }],
      );
    });
  }

  /** Takes up a track of a participant here, in place of one that was here before. */
  publish(trackId: string, feed: LocalFeed): void {
    this.#tracks.get(keyOf(trackId, this.#options.edgeId))?.close();
    this.#add(trackId, this.#options.edgeId).install(feed);
  }

  /** The track to hold; whether it can be had shows when it is held. Throws TRACK_NOT_FOUND when it should be from here, but is not. */
  obtain(trackId: string, originEdgeId: string): TrackOnEdge {
    const known = this.#tracks.get(keyOf(trackId, originEdgeId));
    if (known !== undefined) return known;
    if (originEdgeId === this.#options.edgeId) throw new CanopyError('TRACK_NOT_FOUND');
    return this.#add(trackId, originEdgeId, this.#options.upstreamFor(trackId, originEdgeId));
  }

  /** Moves every track whose parent is another in the plan now. */
  followRoutes(): void {
    for (const track of this.#tracks.values()) track.followRoutes();
  }

  close(): void {
    for (const track of this.#tracks.values()) track.close();
  }

  #add(trackId: string, originEdgeId: string, upstream?: Upstream): TrackOnEdge {
    const { edgeId: _, upstreamFor: __, onDropped, onClosed, ...shared } = this.#options;
    const track = new TrackOnEdge({ ...shared, id: trackId, originEdgeId, ...(upstream && { upstream }) });
    const key = keyOf(trackId, originEdgeId);
    this.#tracks.set(key, track);
    track.facts.on('dropped', () => onDropped(trackId));
    track.facts.on('closed', () => {
      if (this.#tracks.get(key) === track) this.#tracks.delete(key);
      onClosed();
    });
    return track;
  }
}

function keyOf(trackId: string, originEdgeId: string): string {
  return linkTrackKey({ trackId, originEdgeId });
}
