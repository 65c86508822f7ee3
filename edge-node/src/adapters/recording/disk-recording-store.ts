import { mkdir, readdir, readFile, rename, rm, rmdir, stat, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RecordedPart } from '@canopy/proto/edge_media';
import { CanopyError } from '@canopy/runtime/errors';
import type { RecordingStore, Writing } from '../../app/ports/recording.ts';
import { isFull, type PartRecord, partRecord, segmentEndMs, segmentList } from '../../core/recording/part.ts';
import { toRecordedPart } from './recorded-part.ts';
import { SegmentWriter } from './segment-writer.ts';
import { freePortPair, isTaken } from './udp-ports.ts';

const partFile = 'part.json';
const lookEveryMs = 20;
/** On a busy machine a program takes seconds to start; to give up and start another would make it busier. */
const listenTimeoutMs = 30_000;

/** Recordings in a folder: `<recording>/<part>/part.json`, `00000.mkv`, … Edges that share the folder see each other's. */
export class DiskRecordingStore implements RecordingStore {
  readonly #root: string;
  readonly #ffmpeg: string;
  /** Parts on which this process is at work, and whether anything was noted of them: what another one left unfinished does not go on. */
  readonly #open = new Map<string, { noted: boolean }>();

  constructor(root: string, ffmpeg: string) {
    this.#root = root;
    this.#ffmpeg = ffmpeg;
  }

  async requireRoom(): Promise<void> {
    await onDisk(async () => {
      await mkdir(this.#root, { recursive: true });
      const { bavail, bsize } = await statfs(this.#root);
      if (isFull(bavail * bsize)) throw new CanopyError('RECORDING_DISK_FULL');
    });
  }

  freePort(): Promise<number> {
    return freePortPair();
  }

  async write(recordingId: string, partId: string, sdp: string, port: number): Promise<Writing> {
    const folder = this.folder(recordingId, partId);
    const open = { noted: false };
    // Before there is a folder: one with nothing noted, on which nobody is at work, is cleared away.
    this.#open.set(partId, open);
    let writer: SegmentWriter;
    try {
      await onDisk(() => mkdir(folder, { recursive: true }));
      writer = SegmentWriter.start(this.#ffmpeg, folder, sdp, port);
    } catch (error) {
      this.#open.delete(partId);
      throw error;
    }
    // Of what was noted the end is noted too.
    writer.onEnded(() => {
      if (!open.noted) this.#open.delete(partId);
    });
    // ffmpeg does not say when it listens; what comes before would be lost, the first keyframe among it.
    const until = Date.now() + listenTimeoutMs;
    while (!(await isTaken(port))) {
      if (!writer.running || Date.now() > until) {
        writer.stop();
        throw new CanopyError('RECORDING_FAILED');
      }
      await delay(lookEveryMs);
    }
    return writer;
  }

  async note(recordingId: string, part: PartRecord): Promise<void> {
    const path = join(this.folder(recordingId, part.partId), partFile);
    const open = this.#open.get(part.partId);
    if (open !== undefined) open.noted = true;
    try {
      await onDisk(async () => {
        await writeFile(`${path}.new`, JSON.stringify(part));
        await rename(`${path}.new`, path);
      });
    } finally {
      if (part.endedAtMs !== undefined) this.#open.delete(part.partId);
    }
  }

  async parts(recordingId: string): Promise<RecordedPart[]> {
    const partIds = await this.partIds(recordingId);
    const parts = await Promise.all(partIds.map((partId) => this.#read(recordingId, partId)));
    return parts.filter((part) => part !== undefined).sort((a, b) => a.startedAtMs - b.startedAtMs);
  }

  /** Recordings of which there is anything here. */
  recordingIds(): Promise<string[]> {
    return namesIn(this.#root);
  }

  partIds(recordingId: string): Promise<string[]> {
    return namesIn(this.folder(recordingId));
  }

  /** Whether it is being written, or its end noted. */
  isOpen(partId: string): boolean {
    return this.#open.has(partId);
  }

  /** True while anything is being written. */
  get busy(): boolean {
    return this.#open.size > 0;
  }

  /** What was noted of a part; undefined: nothing yet. */
  async record(recordingId: string, partId: string): Promise<PartRecord | undefined> {
    const folder = this.folder(recordingId, partId);
    if (!(await namesIn(folder)).includes(partFile)) return undefined;
    return partRecord.parse(JSON.parse(await readFile(join(folder, partFile), 'utf8')));
  }

  /** The names of its segments, in their order, also of the one that is being written. */
  async segments(recordingId: string, partId: string): Promise<string[]> {
    const names = await namesIn(this.folder(recordingId, partId));
    return names.filter((name) => name.endsWith('.mkv')).sort();
  }

  /** How large a segment is, and how far it goes: as far as was written, or, where its edge died, as the list says, for then the writer closes it only ten seconds after the last packet. */
  async segment(
    recordingId: string,
    { partId, startedAtMs, endedAtMs }: PartRecord,
    name: string,
  ): Promise<{ bytes: number; writtenUntilMs: number }> {
    const folder = this.folder(recordingId, partId);
    const { size, mtimeMs } = await stat(join(folder, name));
    const writtenAt = Math.round(mtimeMs);
    if (endedAtMs !== undefined || this.isOpen(partId)) return { bytes: size, writtenUntilMs: writtenAt };
    const list = (await namesIn(folder)).includes(segmentList) ? await readFile(join(folder, segmentList), 'utf8') : '';
    return { bytes: size, writtenUntilMs: Math.min(writtenAt, segmentEndMs(list, name, startedAtMs) ?? writtenAt) };
  }

  /** Takes a part away, and the folder of its recording with the last one. */
  async remove(recordingId: string, partId: string): Promise<void> {
    await rm(this.folder(recordingId, partId), { recursive: true, force: true });
    await rmdir(this.folder(recordingId)).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOTEMPTY')) throw error;
    });
  }

  /** Ids are checked before: they are no paths. */
  folder(...ids: string[]): string {
    return join(this.#root, ...ids);
  }

  async #read(recordingId: string, partId: string): Promise<RecordedPart | undefined> {
    const part = await this.record(recordingId, partId);
    if (part === undefined) return undefined;
    const names = await this.segments(recordingId, partId);
    // One that is moved away meanwhile is counted where it went.
    const files = (
      await Promise.all(names.map((name) => this.segment(recordingId, part, name).catch(() => [])))
    ).flat();
    const written = {
      writtenUntilMs: Math.max(part.startedAtMs, ...files.map(({ writtenUntilMs }) => writtenUntilMs)),
      segments: files.length,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    };
    return toRecordedPart({ ...part, ...written }, this.isOpen(partId));
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new CanopyError('RECORDING_FAILED', undefined, { cause: error });
  }
}

async function onDisk(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    if (cause instanceof CanopyError) throw cause;
    const full = cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
    throw new CanopyError(full ? 'RECORDING_DISK_FULL' : 'RECORDING_FAILED', undefined, { cause });
  }
}
