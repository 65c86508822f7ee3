import { countWithoutMedia, type Gaps, gaps } from './gaps.ts';

/** One loss of an edge, or one that was emptied: of each viewer on it, ms. */
interface Pauses {
  /** The longest time without a packet. */
  pauseMs: number[];
}

export interface OwnEdgeLoss extends Pauses {
  /** From the loss to the first frame over the new edge; infinite where none came. */
  firstFrameMs: number[];
}

export interface OwnEdgeDrain extends Pauses {
  framesLost: number;
  moves: number;
  /** Viewers who had no picture over another edge. */
  withoutMedia: number;
}

export interface OwnEdgeLosses {
  /** Edges lost. */
  count: number;
  /** From the loss to the first frame over the new edge, of every viewer of every loss who had one. */
  gapMs: Gaps;
  /** Those who had none. */
  withoutMedia: number;
  /** The longest time without a packet, of the same: shorter where the old edge went on for a while. */
  pauseMs: Gaps;
}

export interface Drains {
  /** Edges emptied while people watched. */
  count: number;
  moves: number;
  /** Frames that a viewer got neither over the old edge nor over the new, of all viewers. */
  framesLost: number;
  /** Viewers who had no picture over another edge. */
  withoutMedia: number;
  /** The longest time without a packet. */
  pauseMs: Gaps;
}

/** What a number of losses showed together. */
export function judgeLosses(losses: readonly OwnEdgeLoss[]): OwnEdgeLosses {
  const firstFrames = losses.flatMap(({ firstFrameMs }) => firstFrameMs);
  return {
    count: losses.length,
    gapMs: gaps(firstFrames),
    withoutMedia: countWithoutMedia(firstFrames),
    pauseMs: gaps(losses.flatMap(({ pauseMs }) => pauseMs)),
  };
}

export function judgeDrains(drains: readonly OwnEdgeDrain[]): Drains {
  return {
    count: drains.length,
    moves: drains.reduce((sum, { moves }) => sum + moves, 0),
    framesLost: drains.reduce((sum, { framesLost }) => sum + framesLost, 0),
    withoutMedia: drains.reduce((sum, { withoutMedia }) => sum + withoutMedia, 0),
    pauseMs: gaps(drains.flatMap(({ pauseMs }) => pauseMs)),
  };
}
