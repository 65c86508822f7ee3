import type { TrackKind, TrackSource } from '@canopy/proto/media';
import type { Emitter } from '@canopy/runtime/emitter';
import type { Reception } from '../../core/cascade/silence.ts';
import type { Use } from '../../core/cascade/uses.ts';
import type { ServingSource } from './track-serving.ts';

export type FeedFacts = {
  muted: boolean;
  /** Others are louder at its origin, which sends it over no link; or it does again. */
  hushed: boolean;
  /** Score at the origin, 0 (nothing arrives there) to 10: told when it becomes 0, and when it is no longer. */
  score: number;
  /** The track is over. */
  ended: undefined;
  /** Nobody tells about it any more, but its media still comes. It is to be pulled again; until then, it serves. */
  unattended: {
    /** The parent says that nothing came any more. */
    silent: boolean;
  };
  /** It no longer comes this way, though it may another: the link broke, the parent changed its own way. */
  lost: undefined;
  /** Its publisher is to encode other layers than before, as many as `layers` says. */
  asked: undefined;
  /** Told again and again to those who watch, while nothing arrives over its link. */
  silent: Reception;
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
  readonly hushed: boolean;
  /** At the origin, as `facts` told it last. */
  readonly score: number;
  /** False once `unattended`, `lost` or `ended` was told. */
  readonly live: boolean;
  /** True once `lost` or `ended` was told: no media comes. */
  readonly gone: boolean;
  /** True once `ended` was told. */
  readonly ended: boolean;
  /** True while the parent keeps it ready, and does not send it. */
  readonly heldBack: boolean;
  readonly facts: Emitter<FeedFacts>;
  /** What arrives over its link; only known while somebody watches. */
  reception(): Reception;
  /** Keeps an eye on whether media arrives: there is another way to change to. Returns what ends that. */
  watch(): () => void;
  /** Simulcast layers the parent sends, or keeps ready while it is held back, or the publisher is to encode; Infinity: all. */
  readonly layers: number;
  /** True where the parent passes on its own second way. */
  readonly chained: boolean;
  /** Whether the parent is to keep it ready only, and send it while somebody keeps it flowing. */
  keepReady(only: boolean): void;
  /** Has the parent send it, in any case, until the returned function is called. */
  keepFlowing(): () => void;
  /** So many layers, counted from the lowest, are needed here and below; 0: nobody is there. */
  need(layers: number): void;
  /** Whether it is needed here or below hushed or not. */
  insist(insists: boolean): void;
  /** What it is taken for now. */
  serve(use: Use): void;
  /** Nothing has come over its link for long: gives the link up. */
  giveUp(): void;
  /** Lets go of it: closes the producer and tells the parent. Tells no facts after that. */
  release(): void;
}
