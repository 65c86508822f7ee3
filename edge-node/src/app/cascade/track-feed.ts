import type { TrackKind, TrackSource } from '@canopy/proto/media';
import type { Emitter } from '@canopy/runtime/emitter';
import type { ServingSource } from './track-serving.ts';

export type FeedFacts = {
  muted: boolean;
  /** Score at the origin, 0 to 10. */
  score: number;
  /** The track is over. */
  ended: undefined;
  /** It no longer comes this way, though it may another: the link broke, the parent changed its own way. */
  lost: undefined;
};

/** One way a track comes to this edge: from a participant here, or from a parent. */
export interface TrackFeed extends ServingSource {
  /** The edge it comes from; absent when this edge is the origin. */
  readonly parentId?: string;
  readonly kind: TrackKind;
  readonly source: TrackSource;
  /** Edges the track crosses, origin first, this edge last. */
  readonly pathFromOrigin: readonly string[];
  readonly muted: boolean;
  /** False once `lost` or `ended` was told. */
  readonly live: boolean;
  readonly facts: Emitter<FeedFacts>;
  /** Lets go of it: closes the producer and tells the parent. Tells no facts after that. */
  release(): void;
}
