import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RecordedPart } from '@canopy/proto/edge_media';
import { TrackKind } from '@canopy/proto/media';
import { CanopyError } from '@canopy/runtime/errors';
import type { RecordingStore, Writing } from '../../app/ports/recording.ts';
import { type PartRecord, partRecord } from '../../core/recording/part.ts';
import { SegmentWriter } from './segment-writer.ts';
import { freePortPair, isFree } from './udp-ports.ts';

const partFile = 'part.json';
const lookEveryMs = 20;
const listenTimeoutMs = 5_000;

/** Recordings in a folder: `<recording>/<part>/part.json`, `00000.mkv`, … Edges that share the folder see each other's. */
export class DiskRecordingStore implements RecordingStore {
  readonly #root: string;
  readonly #ffmpeg: string;
  /** Parts that are being written by this process: what another one left unfinished does not go on. */
  readonly #open = new Set<string>();

  constructor(root: string, ffmpeg: string) {
    this.#root = root;
    this.#ffmpeg = ffmpeg;
  }

  freePort(): Promise<number> {
    return freePortPair();
  }

  async write(recordingId: string, partId: string, sdp: string, port: number): Promise<Writing> {
    const folder = this.#folder(recordingId, partId);
    await onDisk(() => mkdir(folder, { recursive: true }));
    const writer = SegmentWriter.start(this.#ffmpeg, folder, sdp, port);
    this.#open.add(partId);
    writer.onEnded(() => this.#open.delete(partId));
    // ffmpeg does not say when it listens; what comes before would be lost, the first keyframe among it.
    const until = Date.now() + listenTimeoutMs;
    while (await isFree(port)) {
      if (!writer.running || Date.now() > until) {
        writer.stop();
        throw new CanopyError('RECORDING_FAILED');
      }
      await delay(lookEveryMs);
    }
    return writer;
  }

  async note(recordingId: string, part: PartRecord): Promise<void> {
    const path = join(this.#folder(recordingId, part.partId), partFile);
    await onDisk(async () => {
      await writeFile(`${path}.new`, JSON.stringify(part));
      await rename(`${path}.new`, path);
    });
  }

  async parts(recordingId: string): Promise<RecordedPart[]> {
    const partIds = await namesIn(this.#folder(recordingId));
    const parts = await Promise.all(partIds.map((partId) => this.#read(this.#folder(recordingId, partId))));
    return parts.filter((part) => part !== undefined).sort((a, b) => a.startedAtMs - b.startedAtMs);
  }

  async #read(folder: string): Promise<RecordedPart | undefined> {
    const names = await namesIn(folder);
    // One that is about to begin has none yet.
    if (!names.includes(partFile)) return undefined;
    const {
      kind,
      endedAtMs: _,
      ...part
    } = partRecord.parse(JSON.parse(await readFile(join(folder, partFile), 'utf8')));
    const files = await Promise.all(
      names.filter((name) => name.endsWith('.mkv')).map((name) => stat(join(folder, name))),
    );
    return {
      ...part,
      kind: kind === 'audio' ? TrackKind.AUDIO : TrackKind.VIDEO,
      writtenUntilMs: Math.max(part.startedAtMs, ...files.map(({ mtimeMs }) => Math.round(mtimeMs))),
      segments: files.length,
      bytes: files.reduce((sum, { size }) => sum + size, 0),
      running: this.#open.has(part.partId),
    };
  }

  /** Ids are checked before: they are no paths. */
  #folder(...ids: string[]): string {
    return join(this.#root, ...ids);
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
    const full = cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
    throw new CanopyError(full ? 'RECORDING_DISK_FULL' : 'RECORDING_FAILED', undefined, { cause });
  }
}
