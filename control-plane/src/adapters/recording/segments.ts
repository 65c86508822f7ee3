import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectStore } from '@canopy/storage/object-store';
import type { Span, UsedPart } from '../../core/recording/composition.ts';

const segmentName = /(?<=\/)\d{5}\.mkv$/;

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

/** One file of a part. Times in seconds since the part began. */
interface Segment {
  name: string;
  from: number;
  /** Undefined: its writer was killed in it. */
  to: number | undefined;
}

/** What of a part lies in a span of time, brought into a folder; undefined: nothing does. */
export async function bringPart(
  store: ObjectStore,
  recordingId: string,
  { id: partId, kind, startedAt, until }: UsedPart,
  { from, to }: Span,
  folder: string,
): Promise<PartInput | undefined> {
  const stored = `${recordingId}/${partId}`;
  const own = join(folder, partId);
  await mkdir(own, { recursive: true });
  const at = (seconds: number) => startedAt + seconds * 1_000;
  const segments = (await segmentsOf(store, stored, own)).filter(
    (segment) => at(segment.from) < to && (segment.to === undefined || at(segment.to) > from),
  );
  const [first] = segments;
  if (first === undefined) return undefined;
  const entries: string[] = [];
  for (const segment of segments) {
    const file = join(own, segment.name);
    if (!(await isThere(file)) && !(await store.fetch(`${stored}/${segment.name}`, file))) continue;
    const length = segment.to === undefined ? '' : `duration ${(segment.to - segment.from).toFixed(6)}\n`;
    entries.push(`file '${file}'\n${length}`);
  }
  if (entries.length === 0) return undefined;
  const list = join(own, `${from}.txt`);
  await writeFile(list, entries.join(''));
  return { partId, kind, startsAt: at(first.from), until, list };
}

/** The segments of a part, in their order. `segments.csv` lists those that were closed: name, from, to. */
async function segmentsOf(store: ObjectStore, stored: string, folder: string): Promise<Segment[]> {
  const names = (await store.list(stored)).flatMap(({ key }) => segmentName.exec(key)?.[0] ?? []).sort();
  const csv = join(folder, 'segments.csv');
  const list = (await store.fetch(`${stored}/segments.csv`, csv)) ? await readFile(csv, 'utf8') : '';
  const closed = new Map(
    list.split('\n').map((line) => {
      const [name = '', from, to] = line.split(',');
      return [name, { from: Number(from), to: Number(to) }];
    }),
  );
  const begin = closed.get(names[0] ?? '')?.from ?? 0;
  const segments: Segment[] = [];
  for (const name of names) {
    const times = closed.get(name);
    const from = times === undefined ? (segments.at(-1)?.to ?? 0) : times.from - begin;
    segments.push({ name, from, to: times === undefined ? undefined : times.to - begin });
  }
  return segments;
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
