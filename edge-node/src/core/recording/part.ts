import { isErrorCode } from '@canopy/runtime/errors';
import { z } from 'zod';

/** What stands in `part.json` beside the segments of a part: all that is needed to find it again from the files alone. */
export const partRecord = z.object({
  partId: z.string(),
  trackId: z.string(),
  edgeId: z.string(),
  kind: z.enum(['audio', 'video']),
  /** Of the first packet, Unix ms. */
  startedAtMs: z.number(),
  /** Absent while it goes on, and for ever if its edge died. */
  endedAtMs: z.number().optional(),
  errorCode: z.string().refine(isErrorCode).optional(),
});

export type PartRecord = z.output<typeof partRecord>;

/** The same in an object store, with what is stored of it so far. */
export const storedPart = partRecord.extend({
  segments: z.number(),
  bytes: z.number(),
  writtenUntilMs: z.number(),
});

export type StoredPart = z.output<typeof storedPart>;

/** The list that a writer makes of the segments it has closed, as CSV: name, begin and end, in seconds since the first packet. */
export const segmentList = 'segments.csv';

/** A whole line of it: the last one may be cut where the power went. */
const closedSegment = /^([^,\n]+),[^,\n]*,(\d{1,9}(?:\.\d*)?)\n/gm;

/** When each segment of a part that began then ends, Unix ms, by name, of those that the list has. */
export function segmentEnds(list: string, startedAtMs: number): ReadonlyMap<string, number> {
  const rows = [...list.matchAll(closedSegment)];
  return new Map(rows.map(([, name = '', end]) => [name, startedAtMs + Math.round(Number(end) * 1_000)]));
}

/** What a `part.json` says. Undefined: it can't be read, as where the power went while it was written. */
export function readPart<T>(shape: z.ZodType<T>, text: string): T | undefined {
  try {
    return shape.parse(JSON.parse(text));
  } catch {
    return undefined; // The caller says where it lies.
  }
}

/** Whether there is so little room on a disk that nothing should be begun: what goes on needs some to end whole. */
export function isFull(freeBytes: number): boolean {
  return freeBytes < leastFreeBytes;
}

/** Some seconds of all that an edge records at most. */
const leastFreeBytes = 64 * 1024 * 1024;

/** What the end of a writer means, by its exit code and what it said last; undefined: all is well. */
export function failureOf(
  exitCode: number | null,
  said: string,
): 'RECORDING_DISK_FULL' | 'RECORDING_FAILED' | undefined {
  if (/no space left on device/i.test(said)) return 'RECORDING_DISK_FULL';
  return exitCode === 0 ? undefined : 'RECORDING_FAILED';
}
