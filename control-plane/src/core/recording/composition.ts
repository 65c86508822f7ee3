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

/** Where what is made of a recording lies, in the folder of recordings. */
export function composedFolder(recordingId: string): string {
  return `${recordingId}/composed`;
}

export function composedFile(recordingId: string): string {
  return `${composedFolder(recordingId)}/recording.webm`;
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

/** Where and when a part is seen. */
export interface Placed extends Span {
  partId: string;
  tile: Tile;
}

export const picture = { width: 1_280, height: 720, framesPerSecond: 25 };

/** Composed in one go; what is done is not done again after a failure. */
const longestStretchMs = 60_000;
/** A whole number of pictures, so that sound and pictures are of one length. */
const frameMs = 1_000 / picture.framesPerSecond;
const shortestSpanMs = 5 * frameMs;
const mostTiles = 16;
const mostBeside = 4;

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

/**
 * Who is seen where in a stretch. A shared screen, the latest if there are several, is large with cameras beside it; without
 * one cameras are in a grid. Those first who came first.
 */
export function layOut(parts: readonly RecordingPart[], stretch: Span): Placed[] {
  const seen = parts.filter((part) => part.kind === 'video' && overlaps(part, stretch));
  const inside = (time: number) => time > stretch.from && time < stretch.to;
  const changes = seen.flatMap(({ startedAt, writtenUntil }) => [startedAt, writtenUntil]).filter(inside);
  const times = [...new Set([stretch.from, ...changes, stretch.to])].sort((a, b) => a - b);
  const placed: Placed[] = [];
  for (const [index, to] of times.slice(1).entries()) {
    const from = times[index] ?? stretch.from;
    const now = seen.filter((part) => part.startedAt <= from && part.writtenUntil >= to);
    for (const { partId, tile } of arrange(now)) {
      const before = placed.findLast((other) => other.partId === partId);
      if (before !== undefined && before.to === from && isSame(before.tile, tile)) before.to = to;
      else placed.push({ partId, tile, from, to });
    }
  }
  return placed;
}

function arrange(parts: readonly RecordingPart[]): { partId: string; tile: Tile }[] {
  const screen = parts.findLast((part) => part.screen);
  const cameras = parts.filter((part) => !part.screen);
  const { width, height } = picture;
  if (screen === undefined) return grid(cameras.slice(0, mostTiles));
  if (cameras.length === 0) return [{ partId: screen.id, tile: { x: 0, y: 0, width, height } }];
  const column = width / 4;
  const row = height / mostBeside;
  const beside = cameras.slice(0, mostBeside).map(({ id }, index) => {
    return { partId: id, tile: { x: width - column, y: index * row, width: column, height: row } };
  });
  return [{ partId: screen.id, tile: { x: 0, y: 0, width: width - column, height } }, ...beside];
}

function grid(parts: readonly RecordingPart[]): { partId: string; tile: Tile }[] {
  const columns = Math.ceil(Math.sqrt(parts.length));
  const rows = Math.ceil(parts.length / columns);
  // Even, as the chroma of pictures wants it.
  const even = (length: number) => Math.floor(length / 2) * 2;
  const [width, height] = [even(picture.width / columns), even(picture.height / rows)];
  return parts.map(({ id }, index) => {
    const tile = { x: (index % columns) * width, y: Math.floor(index / columns) * height, width, height };
    return { partId: id, tile };
  });
}

function isSame(a: Tile, b: Tile): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}
