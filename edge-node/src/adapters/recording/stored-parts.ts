import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Clock, pause } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import type { ObjectStore } from '@canopy/storage/object-store';
import { readPart, type StoredPart, storedPart } from '../../core/recording/part.ts';

const partFile = /^[\w-]+\/([\w-]+)\/part\.json$/;
/** What other edges store is looked at so often while they are at it, and so often in case they begin. */
const lookAgainMs = 10_000;
const lookForNewMs = 60_000;
/** An answer waits so long for what is not known at all yet. */
const firstLookMs = 1_000;
/** Recordings; of more it reads again what is in the store. */
const mostRemembered = 256;

type PartObjects = Pick<ObjectStore, 'put' | 'open' | 'list'>;

interface Remembered {
  /** By part id. */
  parts: Map<string, StoredPart>;
  /** Ids of those that this edge moves there: nobody knows better. */
  own: Set<string>;
  /** ms of the clock that nobody sets. */
  readAt: number;
}

/** What an object store has of recordings: what this edge moved there, and what others did. */
export class StoredParts {
  readonly #objects: PartObjects;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #recordings = new Map<string, Remembered>();
  readonly #reading = new Map<string, Promise<Remembered>>();

  constructor(objects: PartObjects, clock: Clock, logger: Logger) {
    this.#objects = objects;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** What is known of a recording, by part id; what others stored meanwhile is looked at in the background. */
  async known(recordingId: string): Promise<ReadonlyMap<string, StoredPart>> {
    const known = this.#recordings.get(recordingId);
    if (known === undefined || this.#isStale(known)) {
      const looked = this.#read(recordingId).catch((error: unknown) => {
        this.#logger.debug({ err: error, recordingId }, 'the store does not tell what it has');
      });
      if (known === undefined) await Promise.race([looked, pause(this.#clock, firstLookMs)]);
    }
    return this.#recordings.get(recordingId)?.parts ?? new Map();
  }

  /** How far a part of this edge is; undefined: nothing of it is there. Errors: STORAGE_UNAVAILABLE. */
  async own(recordingId: string, partId: string): Promise<StoredPart | undefined> {
    return (await this.#recording(recordingId)).parts.get(partId);
  }

  /** Notes how far a part of this edge is. Errors: STORAGE_UNAVAILABLE. */
  async note(recordingId: string, part: StoredPart): Promise<void> {
    const { parts, own } = await this.#recording(recordingId);
    parts.set(part.partId, part);
    own.add(part.partId);
  }

  /** Makes what is noted of a part known to others, with the list of its segments while that lies nowhere else. Errors: STORAGE_UNAVAILABLE. */
  async publish(recordingId: string, partId: string, list?: string): Promise<void> {
    const part = await this.own(recordingId, partId);
    if (part === undefined) return;
    const file = join(tmpdir(), `canopy-part-${randomUUID()}.json`);
    try {
      await writeFile(file, JSON.stringify({ ...part, list }));
      await this.#objects.put(`${recordingId}/${partId}/part.json`, file);
    } finally {
      await rm(file, { force: true });
    }
  }

  async #recording(recordingId: string): Promise<Remembered> {
    return this.#recordings.get(recordingId) ?? (await this.#read(recordingId));
  }

  #isStale({ parts, own, readAt }: Remembered): boolean {
    const othersGoOn = [...parts.values()].some(({ partId, endedAtMs }) => endedAtMs === undefined && !own.has(partId));
    return this.#clock.monotonicMs() > readAt + (othersGoOn ? lookAgainMs : lookForNewMs);
  }

  /** Who asks while it is being read is answered together with who asked first. */
  #read(recordingId: string): Promise<Remembered> {
    const reading = this.#reading.get(recordingId) ?? this.#readAnew(recordingId);
    this.#reading.set(recordingId, reading);
    return reading;
  }

  async #readAnew(recordingId: string): Promise<Remembered> {
    const known = this.#recordings.get(recordingId) ?? { parts: new Map(), own: new Set(), readAt: 0 };
    try {
      const others = await this.#changed(recordingId, known);
      for (const part of others) if (!known.own.has(part.partId)) known.parts.set(part.partId, part);
      this.#remember(recordingId, known);
      return known;
    } finally {
      known.readAt = this.#clock.monotonicMs();
      this.#reading.delete(recordingId);
    }
  }

  #remember(recordingId: string, known: Remembered): void {
    this.#recordings.delete(recordingId);
    this.#recordings.set(recordingId, known);
    const [oldest] = this.#recordings.keys();
    if (this.#recordings.size > mostRemembered && oldest !== undefined) this.#recordings.delete(oldest);
  }

  /** Parts of others that are new, or were going on when last read. */
  async #changed(recordingId: string, { parts, own }: Remembered): Promise<StoredPart[]> {
    const keys = (await this.#objects.list(recordingId)).map(({ key }) => key);
    const due = keys.filter((key) => {
      const partId = partFile.exec(key)?.[1];
      return partId !== undefined && !own.has(partId) && parts.get(partId)?.endedAtMs === undefined;
    });
    return (await Promise.all(due.map((key) => this.#readPart(key)))).filter((part) => part !== undefined);
  }

  async #readPart(key: string): Promise<StoredPart | undefined> {
    const stream = await this.#objects.open(key);
    if (stream === undefined) return undefined;
    const part = readPart(storedPart, await text(stream));
    if (part === undefined) this.#logger.warn({ key }, 'a stored part can not be read');
    return part;
  }
}
