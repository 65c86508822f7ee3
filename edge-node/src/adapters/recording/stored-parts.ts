import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ObjectStore } from '@canopy/storage/object-store';
import { type StoredPart, storedPart } from '../../core/recording/part.ts';

const partFile = /^[\w-]+\/[\w-]+\/part\.json$/;
/** What other edges store meanwhile is looked at so often. */
const lookAgainMs = 10_000;
/** An edge records 16 at once; of more it reads again what is in the store. */
const mostRemembered = 256;

interface Remembered {
  /** By part id. */
  parts: Map<string, StoredPart>;
  readAt: number;
}

/** What an object store has of recordings: what this edge moved there, and what others did. */
export class StoredParts {
  readonly #objects: ObjectStore;
  readonly #recordings = new Map<string, Remembered>();

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  /** All there is of a recording, by part id. Errors: STORAGE_UNAVAILABLE. */
  async of(recordingId: string): Promise<ReadonlyMap<string, StoredPart>> {
    return (await this.#recording(recordingId)).parts;
  }

  /** Notes how far a part is. Errors: STORAGE_UNAVAILABLE. */
  async note(recordingId: string, part: StoredPart): Promise<void> {
    (await this.#recording(recordingId)).parts.set(part.partId, part);
  }

  /** Makes what is noted of a part known to others. Errors: STORAGE_UNAVAILABLE. */
  async publish(recordingId: string, partId: string): Promise<void> {
    const part = (await this.of(recordingId)).get(partId);
    if (part === undefined) return;
    const file = join(tmpdir(), `canopy-part-${randomUUID()}.json`);
    try {
      await writeFile(file, JSON.stringify(part));
      await this.#objects.put(`${recordingId}/${partId}/part.json`, file);
    } finally {
      await rm(file, { force: true });
    }
  }

  async #recording(recordingId: string): Promise<Remembered> {
    const known = this.#recordings.get(recordingId);
    if (known !== undefined && !this.#isStale(known)) return known;
    const read = await this.#read(recordingId).catch((error: unknown) => {
      // What this edge moved there itself it knows.
      if (known === undefined) throw error;
      return known.parts;
    });
    // What was noted here while others were read is newer.
    const parts = new Map([...read, ...(known?.parts ?? [])].map(([id, part]) => [id, later(read.get(id), part)]));
    const remembered = { parts, readAt: Date.now() };
    this.#recordings.delete(recordingId);
    this.#recordings.set(recordingId, remembered);
    const [oldest] = this.#recordings.keys();
    if (this.#recordings.size > mostRemembered && oldest !== undefined) this.#recordings.delete(oldest);
    return remembered;
  }

  #isStale({ parts, readAt }: Remembered): boolean {
    return Date.now() > readAt + lookAgainMs && [...parts.values()].some(({ endedAtMs }) => endedAtMs === undefined);
  }

  async #read(recordingId: string): Promise<Map<string, StoredPart>> {
    const keys = (await this.#objects.list(recordingId)).map(({ key }) => key).filter((key) => partFile.test(key));
    const parts = await Promise.all(keys.map((key) => this.#readPart(key)));
    return new Map(parts.flatMap((part) => (part === undefined ? [] : [[part.partId, part]])));
  }

  async #readPart(key: string): Promise<StoredPart | undefined> {
    const stream = await this.#objects.open(key);
    return stream && storedPart.parse(JSON.parse(await text(stream)));
  }
}

function later(a: StoredPart | undefined, b: StoredPart): StoredPart {
  return a !== undefined && a.segments > b.segments ? a : b;
}
