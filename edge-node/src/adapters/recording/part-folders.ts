import { readdir, readFile, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RecordedPart } from '@canopy/proto/edge_media';
import type { Logger } from '@canopy/runtime/logger';
import { storageFailure } from '@canopy/storage/storage-failure';
import { type PartRecord, partRecord, readPart, segmentEnds, segmentList } from '../../core/recording/part.ts';
import { toRecordedPart } from './recorded-part.ts';

export const partFile = 'part.json';
/** Parts; of more it reads again what lies there. */
const mostRemembered = 10_000;

/** How large a segment is, and how far it goes: as far as was written, or, where its edge died, as the list says, for then the writer closes it only ten seconds after the last packet. */
export interface WrittenSegment {
  name: string;
  bytes: number;
  writtenUntilMs: number;
}

/** What never changes any more of a part. */
interface Known {
  /** Segments that were followed by another one, by name. */
  closed: Map<string, WrittenSegment>;
  /** All of it, once it has an end. */
  whole?: RecordedPart;
}

/** What lies in a folder of recordings: `<recording>/<part>/part.json`, `00000.mkv`, … What is whole is read once. */
export class PartFolders {
  readonly #root: string;
  readonly #isOpen: (partId: string) => boolean;
  readonly #logger: Logger;
  /** By part id. */
  readonly #known = new Map<string, Known>();
  /** Part ids. */
  readonly #unreadable = new Set<string>();

  /** `isOpen`: this process is at work on it. */
  constructor(root: string, isOpen: (partId: string) => boolean, logger: Logger) {
    this.#root = root;
    this.#isOpen = isOpen;
    this.#logger = logger;
  }

  /** Ids are checked before: they are no paths. */
  path(...ids: string[]): string {
    return join(this.#root, ...ids);
  }

  /** Parts of which there is anything here. */
  async all(): Promise<{ recordingId: string; partId: string }[]> {
    const recordingIds = await namesIn(this.#root);
    const all = recordingIds.map(async (recordingId) =>
      (await namesIn(this.path(recordingId))).map((partId) => ({ recordingId, partId })),
    );
    return (await Promise.all(all)).flat();
  }

  /** All parts that something was noted of, by when they began. */
  async parts(recordingId: string): Promise<RecordedPart[]> {
    const partIds = await namesIn(this.path(recordingId));
    const parts = await Promise.all(partIds.map((partId) => this.#part(recordingId, partId)));
    return parts.filter((part) => part !== undefined).sort((a, b) => a.startedAtMs - b.startedAtMs);
  }

  /** What was noted of a part. */
  async record(recordingId: string, partId: string): Promise<PartRecord | 'none' | 'unreadable'> {
    const path = this.path(recordingId, partId, partFile);
    const text = await textOf(path);
    if (text === undefined) return 'none';
    const record = readPart(partRecord, text);
    if (record !== undefined) return record;
    if (!this.#unreadable.has(partId)) this.#logger.error({ path }, 'a recorded part can not be read; its media stays');
    this.#unreadable.add(partId);
    return 'unreadable';
  }

  /** Its segments in their order, also the one that is being written. */
  async segments(recordingId: string, { partId, startedAtMs, endedAtMs }: PartRecord): Promise<WrittenSegment[]> {
    const { closed } = this.#knownOf(partId);
    const folder = this.path(recordingId, partId);
    const names = (await namesIn(folder)).filter((name) => name.endsWith('.mkv')).sort();
    const died = endedAtMs === undefined && !this.#isOpen(partId);
    const list = died ? await this.list(recordingId, partId) : undefined;
    const ends = segmentEnds(list ?? '', startedAtMs);
    const found = await Promise.all(names.map(async (name) => closed.get(name) ?? (await written(folder, name, ends))));
    // One that is moved away meanwhile is counted where it went.
    const segments = found.filter((segment) => segment !== undefined);
    for (const segment of segments) if (segment.name !== names.at(-1)) closed.set(segment.name, segment);
    return segments;
  }

  /** The list of those that were closed; undefined: its writer was killed in the first one, or it was taken out. */
  list(recordingId: string, partId: string): Promise<string | undefined> {
    return textOf(this.path(recordingId, partId, segmentList));
  }

  /** A segment was taken out of it. */
  changed(partId: string): void {
    const known = this.#known.get(partId);
    // Another object: who is reading just now notes what is outdated in the old one.
    if (known !== undefined) this.#known.set(partId, { closed: known.closed });
  }

  /** Takes a part away, and the folder of its recording with the last one. */
  async remove(recordingId: string, partId: string): Promise<void> {
    this.#known.delete(partId);
    await rm(this.path(recordingId, partId), { recursive: true, force: true });
    await rmdir(this.path(recordingId)).catch((error: unknown) => {
      // Others lie there, or the one beside it went at the same time.
      if (!isCoded(error, 'ENOTEMPTY') && !isCoded(error, 'ENOENT')) throw error;
    });
  }

  async #part(recordingId: string, partId: string): Promise<RecordedPart | undefined> {
    const known = this.#knownOf(partId);
    if (known.whole !== undefined) return known.whole;
    // Asked first: what ends meanwhile is ended the next time.
    const open = this.#isOpen(partId);
    const record = await this.record(recordingId, partId);
    if (record === 'none' || record === 'unreadable') return undefined;
    const segments = await this.segments(recordingId, record);
    const total = {
      writtenUntilMs: Math.max(record.startedAtMs, ...segments.map(({ writtenUntilMs }) => writtenUntilMs)),
      segments: segments.length,
      bytes: segments.reduce((sum, { bytes }) => sum + bytes, 0),
    };
    const part = toRecordedPart({ ...record, ...total }, open);
    if (record.endedAtMs !== undefined && !open) {
      known.whole = part;
      known.closed.clear();
    }
    return part;
  }

  #knownOf(partId: string): Known {
    const known = this.#known.get(partId) ?? { closed: new Map() };
    this.#known.set(partId, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > mostRemembered && oldest !== undefined) this.#known.delete(oldest);
    return known;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return (await ifThere(() => readdir(folder))) ?? [];
}

function textOf(path: string): Promise<string | undefined> {
  return ifThere(() => readFile(path, 'utf8'));
}

function written(folder: string, name: string, ends: ReadonlyMap<string, number>): Promise<WrittenSegment | undefined> {
  return ifThere(async () => {
    const { size, mtimeMs } = await stat(join(folder, name));
    const writtenAt = Math.round(mtimeMs);
    return { name, bytes: size, writtenUntilMs: Math.min(writtenAt, ends.get(name) ?? writtenAt) };
  });
}

/** Undefined: it is not there, or no more. Errors: STORAGE_UNAVAILABLE. */
async function ifThere<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isCoded(error, 'ENOENT')) return undefined;
    throw storageFailure(error);
  }
}

function isCoded(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
