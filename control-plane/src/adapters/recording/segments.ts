import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Logger } from '@canopy/runtime/logger';
import type { ObjectStore } from '@canopy/storage/object-store';
import { z } from 'zod';
import type { Span, UsedPart } from '../../core/recording/composition.ts';
import { type Segment, segmentsIn } from '../../core/recording/segments.ts';

const segmentName = /(?<=\/)\d{5}\.mkv$/;
const published = z.object({ list: z.string().default('') });

/** A part as ffmpeg reads it. */
export interface PartInput {
  partId: string;
  kind: 'audio' | 'video';
  /** When what it reads begins, Unix ms. */
  startsAt: number;
  /** From here on another part takes its place, Unix ms. */
  until: number | undefined;
  /** A list of files for the concat demuxer. */
  list: string;
}

/** Where the segments of a recording come from, and go to. */
export interface Bringing {
  store: ObjectStore;
  recordingId: string;
  folder: string;
  /** Whether there is media in a file. */
  opens: (file: string) => Promise<boolean>;
  logger: Logger;
}

/** What of a part lies in a span of time, brought into a folder; undefined: nothing does. */
export async function bringPart(
  bringing: Bringing,
  part: UsedPart,
  { from, to }: Span,
): Promise<PartInput | undefined> {
  const { id: partId, kind, startedAt, until } = part;
  const own = join(bringing.folder, partId);
  await mkdir(own, { recursive: true });
  const at = (seconds: number) => startedAt + seconds * 1_000;
  const segments = (await segmentsOf(bringing, partId, own)).filter(
    (segment) => at(segment.from) < to && (segment.to === undefined || at(segment.to) > from),
  );
  const brought: Segment[] = [];
  for (const segment of segments) if (await bringSegment(bringing, partId, segment, own)) brought.push(segment);
  const [first] = brought;
  if (first === undefined) return undefined;
  const entries = brought.map((segment, index) => {
    // Where one that could not be read is left out there is a gap, and what comes later is not earlier.
    const end = segment.to === undefined ? undefined : (brought[index + 1]?.from ?? segment.to);
    const length = end === undefined ? '' : `duration ${(end - segment.from).toFixed(6)}\n`;
    return `file '${join(own, segment.name)}'\n${length}`;
  });
  const list = join(own, `${from}.txt`);
  await writeFile(list, entries.join(''));
  return { partId, kind, startsAt: at(first.from), until, list };
}

/** False: it is not there, or nothing in it can be read. One such file would end the reading of all that come after it. */
async function bringSegment(
  { store, recordingId, opens, logger }: Bringing,
  partId: string,
  { name, to, isEmpty }: Segment,
  folder: string,
): Promise<boolean> {
  const file = join(folder, name);
  if (!(await isThere(file)) && !(await store.fetch(`${recordingId}/${partId}/${name}`, file))) return false;
  // Closed ones are whole. A writer that is killed at once leaves a file in which nothing has begun.
  if ((to !== undefined && !isEmpty) || (await opens(file))) return true;
  logger.warn({ recordingId, partId, segment: name }, 'a segment in which nothing can be read is left out');
  return false;
}

/** The segments of a part, in their order. */
async function segmentsOf(bringing: Bringing, partId: string, folder: string): Promise<Segment[]> {
  const files = (await bringing.store.list(`${bringing.recordingId}/${partId}`))
    .map(({ key, bytes }) => ({ name: segmentName.exec(key)?.[0] ?? '', isEmpty: bytes === 0 }))
    .filter(({ name }) => name !== '');
  return segmentsIn(files, await listOf(bringing, partId, folder));
}

/**
 * Lists the segments of a part that were closed: name, from, to. It is `segments.csv`; of a part that an edge did not end in the
 * store, because it was lost with its disk, it is in the `part.json` that came there last.
 */
async function listOf({ store, recordingId }: Bringing, partId: string, folder: string): Promise<string> {
  const stored = `${recordingId}/${partId}`;
  const csv = join(folder, 'segments.csv');
  if (await store.fetch(`${stored}/segments.csv`, csv)) return await readFile(csv, 'utf8');
  const part = await store.open(`${stored}/part.json`);
  return part === undefined ? '' : listIn(await text(part));
}

function listIn(part: string): string {
  try {
    return published.parse(JSON.parse(part)).list;
  } catch {
    return ''; // The power went while it was written: what lies there is all that is known.
  }
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
