import { mkdir, rename, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RecordedPart } from '@canopy/proto/edge_media';
import { CanopyError } from '@canopy/runtime/errors';
import { KeyedQueue } from '@canopy/runtime/keyed-queue';
import type { Logger } from '@canopy/runtime/logger';
import { storageFailure } from '@canopy/storage/storage-failure';
import type { PortPair, RecordingStore, Writing } from '../../app/ports/recording.ts';
import { isFull, type PartRecord } from '../../core/recording/part.ts';
import { PartFolders, partFile } from './part-folders.ts';
import { SegmentWriter } from './segment-writer.ts';
import { isTaken, PortPairs } from './udp-ports.ts';

const lookEveryMs = 20;
/** On a busy machine a program takes seconds to start; to give up and start another would make it busier. */
const listenTimeoutMs = 30_000;

/** Recordings in a folder. Edges that share the folder see each other's. */
export class DiskRecordingStore implements RecordingStore {
  readonly folders: PartFolders;
  readonly #root: string;
  readonly #ffmpeg: string;
  readonly #ports = new PortPairs();
  /** Notes of one part follow each other. */
  readonly #notes = new KeyedQueue();
  /** Parts on which this process is at work, and whether anything was noted of them: what another one left unfinished does not go on. */
  readonly #open = new Map<string, { noted: boolean }>();

  constructor(root: string, ffmpeg: string, logger: Logger) {
    this.#root = root;
    this.#ffmpeg = ffmpeg;
    this.folders = new PartFolders(root, (partId) => this.isOpen(partId), logger);
  }

  async requireRoom(): Promise<void> {
    await onDisk(async () => {
      await mkdir(this.#root, { recursive: true });
      const { bavail, bsize } = await statfs(this.#root);
      if (isFull(bavail * bsize)) throw new CanopyError('RECORDING_DISK_FULL');
    });
  }

  takePorts(): Promise<PortPair> {
    return this.#ports.take();
  }

  async write(recordingId: string, partId: string, sdp: string, port: number): Promise<Writing> {
    const folder = this.folders.path(recordingId, partId);
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
        // Who asked gives the ports back now.
        await writer.ended;
        throw new CanopyError('RECORDING_FAILED');
      }
      await delay(lookEveryMs);
    }
    return writer;
  }

  async note(recordingId: string, part: PartRecord): Promise<void> {
    const path = join(this.folders.path(recordingId, part.partId), partFile);
    const open = this.#open.get(part.partId);
    if (open !== undefined) open.noted = true;
    const write = async () => {
      // On the disk before it has its name: else it would be empty where the power went.
      await writeFile(`${path}.new`, JSON.stringify(part), { flush: true });
      await rename(`${path}.new`, path);
    };
    try {
      await this.#notes.run(part.partId, () => onDisk(write));
    } finally {
      if (part.endedAtMs !== undefined) this.#open.delete(part.partId);
    }
  }

  parts(recordingId: string): Promise<RecordedPart[]> {
    return this.folders.parts(recordingId);
  }

  /** Whether it is being written, or its end noted. */
  isOpen(partId: string): boolean {
    return this.#open.has(partId);
  }

  /** All of it is kept where it was written. */
  async moved(): Promise<void> {}

  async left(): Promise<number> {
    return 0;
  }

  /** True while anything is being written. */
  get busy(): boolean {
    return this.#open.size > 0;
  }
}

async function onDisk(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (cause) {
    throw storageFailure(cause);
  }
}
