import { createReadStream } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { ByteRange, ObjectStore, StoredObject } from './object-store.ts';
import { storageFailure } from './storage-failure.ts';

/** Objects as files of a folder; what shares the folder shares the objects. */
export class DiskStore implements ObjectStore {
  readonly #root: string;

  constructor(root: string) {
    this.#root = resolve(root);
  }

  put(key: string, file: string): Promise<void> {
    return onDisk(async () => {
      const path = this.#path(key);
      await mkdir(dirname(path), { recursive: true });
      if (await succeeds(() => rename(file, path), 'EXDEV')) return;
      await copyFile(file, `${path}.new`);
      await rename(`${path}.new`, path);
      await rm(file);
    });
  }

  fetch(key: string, file: string): Promise<boolean> {
    return onDisk(async () => {
      await rm(file, { force: true });
      // A second name costs nothing where both are on one file system.
      if (await succeeds(() => link(this.#path(key), file), 'EXDEV', 'EPERM', 'ENOTSUP', 'ENOENT')) return true;
      return await succeeds(() => copyFile(this.#path(key), file), 'ENOENT');
    });
  }

  stat(key: string): Promise<StoredObject | undefined> {
    return onDisk(async () => {
      let found: StoredObject | undefined;
      await succeeds(async () => {
        const { size, mtimeMs } = await stat(this.#path(key));
        found = { key, bytes: size, changedAtMs: mtimeMs };
      }, 'ENOENT');
      return found;
    });
  }

  open(key: string, range?: ByteRange): Promise<Readable | undefined> {
    return onDisk(async () => {
      let stream: Readable | undefined;
      await succeeds(async () => {
        const file = await open(this.#path(key));
        stream = createReadStream('', { fd: file, ...(range && { start: range.from, end: range.to }) });
      }, 'ENOENT');
      return stream;
    });
  }

  list(folder: string): Promise<StoredObject[]> {
    return onDisk(async () => {
      const found: StoredObject[] = [];
      await succeeds(async () => {
        for (const entry of await readdir(this.#path(folder), { recursive: true, withFileTypes: true })) {
          const object = entry.isFile() && (await this.stat(relative(this.#root, join(entry.parentPath, entry.name))));
          if (object) found.push(object);
        }
      }, 'ENOENT');
      return found.sort((a, b) => (a.key < b.key ? -1 : 1));
    });
  }

  remove(folder: string): Promise<void> {
    return onDisk(() => rm(this.#path(folder), { recursive: true, force: true }));
  }

  #path(key: string): string {
    return join(this.#root, key);
  }
}

/** False if it failed with one of these codes of the system. */
async function succeeds(work: () => Promise<unknown>, ...codes: string[]): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && codes.includes(String(error.code))) return false;
    throw error;
  }
}

async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw storageFailure(cause);
  }
}
