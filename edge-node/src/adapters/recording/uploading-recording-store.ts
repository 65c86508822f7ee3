import { setTimeout as delay } from 'node:timers/promises';
import type { RecordedPart } from '@canopy/proto/edge_media';
import { backoffMs } from '@canopy/runtime/backoff';
import { systemClock } from '@canopy/runtime/clock';
import { inTurns } from '@canopy/runtime/in-turns';
import type { Logger } from '@canopy/runtime/logger';
import type { ObjectStore } from '@canopy/storage/object-store';
import type { PortPair, RecordingStore, Writing } from '../../app/ports/recording.ts';
import { type PartRecord, type StoredPart, segmentList } from '../../core/recording/part.ts';
import type { DiskRecordingStore } from './disk-recording-store.ts';
import type { PartFolders, WrittenSegment } from './part-folders.ts';
import { toRecordedPart } from './recorded-part.ts';
import { StoredParts } from './stored-parts.ts';

const lookEveryMs = 1_000;
const looksPerLine = 5;
/** Segments of a part that goes on: the one that is being written, and those that have just been closed. */
const mostAtWork = 3;
/** Parts of which something is moved at the same time. A request takes its time however small it is; 200 tracks close 20 segments a second. */
const mostMovedAtOnce = 12;
const backoff = { initialMs: 2_000, maxMs: 30_000 };
/** What is being written when the edge stops has so long to end. */
const endTimeoutMs = 6_000;

/**
 * Recordings that are written on this edge's own disk, and moved to an object store file by file, as soon as each is whole:
 * those of one part in their order, several parts side by side. What can't be moved stays and is tried again, also after a restart: the folder says what is left to do. A part goes on until
 * all of it is there, so nobody takes it for whole before.
 */
export class UploadingRecordingStore implements RecordingStore, AsyncDisposable {
  readonly #disk: DiskRecordingStore;
  readonly #folders: PartFolders;
  readonly #objects: ObjectStore;
  readonly #stored: StoredParts;
  readonly #logger: Logger;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  /** Unix ms: when a store that is away need not be tried any further, for this edge stops. */
  #endBy = Number.POSITIVE_INFINITY;

  /** The folder of `disk` must be this edge's alone. */
  constructor(disk: DiskRecordingStore, objects: ObjectStore, logger: Logger) {
    this.#disk = disk;
    this.#folders = disk.folders;
    this.#objects = objects;
    this.#stored = new StoredParts(objects, systemClock, logger);
    this.#logger = logger;
    this.#running = this.#run(this.#stopping.signal);
  }

  requireRoom(): Promise<void> {
    return this.#disk.requireRoom();
  }

  takePorts(): Promise<PortPair> {
    return this.#disk.takePorts();
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
    for (const [partId, stored] of await this.#stored.known(recordingId)) {
      const rest = parts.get(partId);
      if (rest === undefined) parts.set(partId, toRecordedPart(stored, false));
      else parts.set(partId, sum(stored, rest));
    }
    return [...parts.values()].sort((a, b) => a.startedAtMs - b.startedAtMs);
  }

  async moved(enough: AbortSignal): Promise<void> {
    try {
      for (let look = 0; !enough.aborted && (this.#disk.busy || (await this.left()) > 0); look++) {
        if (look % looksPerLine === 0) this.#logger.info({}, 'what was recorded here is still to be moved');
        await delay(lookEveryMs, undefined, { signal: enough }).catch(() => undefined);
      }
    } catch (error) {
      this.#logger.error({ err: error }, 'whether anything recorded is still here can not be read');
    }
  }

  async left(forMs = 0): Promise<number> {
    let left = 0;
    for (const { recordingId, partId } of await this.#folders.all()) {
      if (await this.#isLeft(recordingId, partId, Date.now() - forMs)) left++;
    }
    return left;
  }

  async #isLeft(recordingId: string, partId: string, since: number): Promise<boolean> {
    const record = await this.#folders.record(recordingId, partId);
    if (record === 'unreadable') return false;
    if (!this.#disk.isOpen(partId)) return record === 'none' || (record.endedAtMs ?? 0) <= since;
    return record !== 'none' && (await this.#folders.segments(recordingId, record)).length > mostAtWork;
  }

  /** Moves what it can. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#endBy = Date.now() + endTimeoutMs;
    this.#stopping.abort();
    await this.#running;
    while (this.#disk.busy && Date.now() < this.#endBy) await delay(lookEveryMs / 10);
    await this.#moveAll().catch((error: unknown) => {
      this.#logger.warn({ err: error }, 'what was recorded here stays here until this edge runs again');
    });
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

  /** What can't be moved holds up its own part only, as long as there is time. Throws what the first one met, once the others have had their turn. */
  async #moveAll(): Promise<void> {
    const errors: unknown[] = [];
    await inTurns(await this.#folders.all(), mostMovedAtOnce, async ({ recordingId, partId }) => {
      if (errors.length > 0 && Date.now() > this.#endBy) return;
      await this.#move(recordingId, partId).catch((error: unknown) => errors.push(error));
    });
    if (errors.length > 0) throw errors[0];
  }

  async #move(recordingId: string, partId: string): Promise<void> {
    // Asked first: what ends meanwhile is ended the next time.
    const open = this.#disk.isOpen(partId);
    const record = await this.#folders.record(recordingId, partId);
    if (record === 'unreadable') return;
    if (record === 'none') {
      // Nothing came before its writer ended.
      if (!open) await this.#folders.remove(recordingId, partId);
      return;
    }
    const segments = await this.#folders.segments(recordingId, record);
    // The last one is being written.
    const whole = open ? segments.slice(0, -1) : segments;
    // What says when it ended says that it is whole.
    if (open && (whole.length === 0 || record.endedAtMs !== undefined)) return;
    for (const segment of whole) await this.#moveSegment(recordingId, record, segment);
    await this.#stored.note(recordingId, { ...(await this.#soFar(recordingId, record)), ...record });
    const list = await this.#folders.list(recordingId, partId);
    // While it goes on its list is in what is published anyway: one request less, and never older than its segments.
    if (open) return await this.#stored.publish(recordingId, partId, list);
    if (list !== undefined) await this.#put(recordingId, partId, segmentList);
    await this.#stored.publish(recordingId, partId);
    await this.#folders.remove(recordingId, partId);
  }

  async #moveSegment(
    recordingId: string,
    record: PartRecord,
    { name, bytes, writtenUntilMs }: WrittenSegment,
  ): Promise<void> {
    const { partId } = record;
    const before = await this.#soFar(recordingId, record);
    await this.#put(recordingId, partId, name);
    this.#folders.changed(partId);
    await this.#stored.note(recordingId, {
      ...before,
      segments: before.segments + 1,
      bytes: before.bytes + bytes,
      writtenUntilMs: Math.max(before.writtenUntilMs, writtenUntilMs),
    });
  }

  async #soFar(recordingId: string, record: PartRecord): Promise<StoredPart> {
    const known = await this.#stored.own(recordingId, record.partId);
    return known ?? { ...record, segments: 0, bytes: 0, writtenUntilMs: record.startedAtMs };
  }

  #put(recordingId: string, partId: string, name: string): Promise<void> {
    return this.#objects.put(`${recordingId}/${partId}/${name}`, this.#folders.path(recordingId, partId, name));
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
