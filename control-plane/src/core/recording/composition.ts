import type { RecordingPart } from './recording.ts';

export const compositionStatuses = ['waiting', 'composing', 'ready', 'failed'] as const;
export type CompositionStatus = (typeof compositionStatuses)[number];

/** How far the one file is that a recording is made into. */
export interface Composition {
  status: CompositionStatus;
  /** 0 to 1. */
  progress: number;
  /** Of the file that is ready. */
  bytes: number | undefined;
  durationMs: number | undefined;
  /** Why the last attempt failed. */
  errorCode: string | undefined;
}

/** A job is one process's for so long after it said last that it has it. */
export const leaseMs = 20_000;

/** Whether composing is tried again: never; soon, a few times; or for a day, since what is away comes back and what is full is emptied. */
export type Retry = 'never' | 'soon' | 'later';

const passing: ReadonlySet<string> = new Set(['STORAGE_UNAVAILABLE', 'RECORDING_DISK_FULL', 'STATE_UNAVAILABLE']);

/** What a failure with this code says of another attempt. */
export function retryOf(errorCode: string): Retry {
  if (errorCode === 'RECORDING_EMPTY') return 'never';
  return passing.has(errorCode) ? 'later' : 'soon';
}

/** Where what is made of a recording lies, in the folder of recordings. */
export function composedFolder(recordingId: string): string {
  return `${recordingId}/composed`;
}

export function composedFile(recordingId: string): string {
  return `${composedFolder(recordingId)}/recording.webm`;
}

/** A part as it is composed. */
export interface UsedPart extends RecordingPart {
  /** From here on another part of its track takes its place, Unix ms. */
  until: number | undefined;
}

/** A stretch of time, Unix ms. */
export interface Span {
  from: number;
  to: number;
}

/** A rectangle of the picture, in pixels. */
export interface Tile {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where and when somebody, or what they share, is seen. */
export interface Placed extends Span {
  /** Undefined: there is no picture of them, but a card with their name. */
  partId: string | undefined;
  /** Undefined in recordings of an earlier version. */
  participantId: string | undefined;
  tile: Tile;
}

export const picture = { width: 1_280, height: 720, framesPerSecond: 25 };

/** Composed in one go; what is done is not done again after a failure. */
const longestStretchMs = 60_000;
/** A whole number of pictures, so that sound and pictures are of one length. */
export const frameMs = 1_000 / picture.framesPerSecond;
const shortestSpanMs = 5 * frameMs;

/**
 * Parts in which nothing is twice: an edge that is cut off may record on for a while beside its successor. Of each track the
 * next part takes over where it begins, unless the one before has all of it.
 */
export function withoutDoubles(parts: readonly RecordingPart[]): UsedPart[] {
  const byTrack = Map.groupBy(parts, ({ trackId }) => trackId);
  return [...byTrack.values()].flatMap(inSuccession).sort((a, b) => a.startedAt - b.startedAt);
}

function inSuccession(own: readonly RecordingPart[]): UsedPart[] {
  let reached = -Infinity;
  const needed = own
    .toSorted((a, b) => a.startedAt - b.startedAt || b.writtenUntil - a.writtenUntil)
    .filter(({ writtenUntil }) => {
      const goesFurther = writtenUntil > reached;
      reached = Math.max(reached, writtenUntil);
      return goesFurther;
    });
  return needed.map((part, index) => {
    const until = needed[index + 1]?.startedAt;
    return { ...part, until, writtenUntil: Math.min(part.writtenUntil, until ?? Infinity) };
  });
}

/** The times in which anything was recorded, in stretches: pauses, and gaps of all tracks at once, are left out. */
export function stretchesOf(parts: readonly RecordingPart[]): Span[] {
  const spans: Span[] = [];
  for (const { startedAt, writtenUntil } of parts.toSorted((a, b) => a.startedAt - b.startedAt)) {
    const last = spans.at(-1);
    if (last !== undefined && startedAt <= last.to) last.to = Math.max(last.to, writtenUntil);
    else spans.push({ from: startedAt, to: writtenUntil });
  }
  return spans
    .map(inWholeFrames)
    .filter(({ from, to }) => to - from >= shortestSpanMs)
    .flatMap(divided);
}

function inWholeFrames({ from, to }: Span): Span {
  return { from, to: from + Math.floor((to - from) / frameMs) * frameMs };
}

function divided({ from, to }: Span): Span[] {
  const count = Math.ceil((to - from) / longestStretchMs);
  return Array.from({ length: count }, (_, index) => {
    const start = from + index * longestStretchMs;
    return { from: start, to: Math.min(start + longestStretchMs, to) };
  });
}

export function overlaps(part: RecordingPart, { from, to }: Span): boolean {
  return part.startedAt < to && part.writtenUntil > from;
}
