import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RecordedPart } from '@canopy/proto/edge_media';
import { backoffMs } from '@canopy/runtime/backoff';
import type { Logger } from '@canopy/runtime/logger';
import type { ObjectStore } from '@canopy/storage/object-store';
import type { RecordingStore, Writing } from '../../app/ports/recording.ts';
import { type PartRecord, type StoredPart, segmentList } from '../../core/recording/part.ts';
import type { DiskRecordingStore } from './disk-recording-store.ts';
import { toRecordedPart } from './recorded-part.ts';
import { StoredParts } from './stored-parts.ts';

const lookEveryMs = 1_000;
const backoff = { initialMs: 2_000, maxMs: 30_000 };
/** What is being written when the edge stops has so long to end. */
const endTimeoutMs = 6_000;

/**
 * Recordings that are written on this edge's own disk, and moved to an object store file by file, as soon as each is whole.
 * What can't be moved stays and is tried again, also after a restart: the folder says what is left to do. A part goes on until
 * all of it is there, so nobody takes it for whole before.
 */
export class UploadingRecordingStore implements RecordingStore, AsyncDisposable {
  readonly #disk: DiskRecordingStore;
  readonly #objects: ObjectStore;
  readonly #stored: StoredParts;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;

  /** The folder of `disk` must be this edge's alone. */
  constructor(disk: DiskRecordingStore, objects: ObjectStore, logger: Logger) {
    this.#disk = disk;
    this.#objects = objects;
    this.#stored = new StoredParts(objects);
    this.#logger = logger;
    this.#running = this.#run(this.#stopping.signal);
  }

  requireRoom(): Promise<void> {
    return this.#disk.requireRoom();
  }

  freePort(): Promise<number> {
    return this.#disk.freePort();
  }

  write(recordingId: string, partId: string, sdp: string, port: number): Promise<Writing> {
    return this.#disk.write(recordingId, partId, sdp, port);
  }

  note(recordingId: string, part: PartRecord): Promise<void> {
    return this.#disk.note(recordingId, part);
  }

  async parts(recordingId: string): Promise<RecordedPart[]> {
    const here = await this.#disk.parts(recordingId);
    const parts = new Map(here.map((part) => [part.partId, { ...part, running: true }]));
    for (const [partId, stored] of await this.#storedOf(recordingId)) {
      const rest = parts.get(partId);
      if (rest === undefined) parts.set(partId, toRecordedPart(stored, false));
      else parts.set(partId, sum(stored, rest));
    }
    return [...parts.values()].sort((a, b) => a.startedAtMs - b.startedAtMs);
  }

  /** Moves what it can. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    const until = Date.now() + endTimeoutMs;
    while (this.#disk.busy && Date.now() < until) await delay(lookEveryMs / 10);
    await this.#moveAll().catch((error: unknown) => {
      this.#logger.warn({ err: error }, 'what was recorded here stays here until this edge runs again');
    });
  }

  /** While the store is away, what this edge has itself. */
  async #storedOf(recordingId: string): Promise<ReadonlyMap<string, StoredPart>> {
    try {
      return await this.#stored.of(recordingId);
    } catch (error) {
      this.#logger.debug({ err: error, recordingId }, 'the store does not tell what it has');
      return new Map();
    }
  }

  async #run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      let waitMs = lookEveryMs;
      try {
        await this.#moveAll();
        failures = 0;
      } catch (error) {
        waitMs += backoffMs(failures++, backoff, Math.random());
        this.#logger.warn({ err: error, failures }, 'segments are not moved to the store yet');
      }
      await delay(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #moveAll(): Promise<void> {
    for (const recordingId of await this.#disk.recordingIds()) {
      for (const partId of await this.#disk.partIds(recordingId)) await this.#move(recordingId, partId);
    }
  }

  async #move(recordingId: string, partId: string): Promise<void> {
    // Asked first: what ends meanwhile is ended the next time.
    const open = this.#disk.isOpen(partId);
    const record = await this.#disk.record(recordingId, partId);
    const segments = await this.#disk.segments(recordingId, partId);
    if (record === undefined) {
      // Nothing came before its writer ended.
      if (!open) await this.#disk.remove(recordingId, partId);
      return;
    }
    // The last one is being written.
    const whole = open ? segments.slice(0, -1) : segments;
    if (open && whole.length === 0) return;
    for (const name of whole) await this.#moveSegment(recordingId, record, name);
    await this.#copyList(recordingId, partId);
    await this.#stored.note(recordingId, { ...(await this.#soFar(recordingId, record)), ...record });
    await this.#stored.publish(recordingId, partId);
    if (!open) await this.#disk.remove(recordingId, partId);
  }

  async #moveSegment(recordingId: string, record: PartRecord, name: string): Promise<void> {
    const { partId } = record;
    const file = join(this.#disk.folder(recordingId, partId), name);
    const { bytes, writtenUntilMs } = await this.#disk.segment(recordingId, record, name);
    const before = await this.#soFar(recordingId, record);
    await this.#objects.put(`${recordingId}/${partId}/${name}`, file);
    await this.#stored.note(recordingId, {
      ...before,
      segments: before.segments + 1,
      bytes: before.bytes + bytes,
      writtenUntilMs: Math.max(before.writtenUntilMs, writtenUntilMs),
    });
  }

  async #soFar(recordingId: string, record: PartRecord): Promise<StoredPart> {
    const known = (await this.#stored.of(recordingId)).get(record.partId);
    return known ?? { ...record, segments: 0, bytes: 0, writtenUntilMs: record.startedAtMs };
  }

  /** Its writer goes on with it, so a copy is moved. */
  async #copyList(recordingId: string, partId: string): Promise<void> {
    const list = join(this.#disk.folder(recordingId, partId), segmentList);
    const copy = `${list}.copy`;
    try {
      await copyFile(list, copy);
    } catch (error) {
      // A writer that was killed in its first segment left none.
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
      throw error;
    }
    await this.#objects.put(`${recordingId}/${partId}/${segmentList}`, copy);
    await rm(copy, { force: true });
  }
}

function sum(stored: StoredPart, rest: RecordedPart): RecordedPart {
  return {
    ...rest,
    segments: stored.segments + rest.segments,
    bytes: stored.bytes + rest.bytes,
    writtenUntilMs: Math.max(stored.writtenUntilMs, rest.writtenUntilMs),
  };
}
