import { readFile, stat } from 'node:fs/promises';
import type { Logger } from '@canopy/runtime/logger';

/** A file held in parsed form. A change on disk replaces it as a whole; a file that is gone, torn or malformed leaves the last good one in force. */
export class WatchedFile<T> {
  readonly #path: string;
  readonly #parse: (bytes: Buffer) => T;
  readonly #logger: Logger;
  #value: T;
  /** Of the file last parsed, good or bad: a bad one is read again only after it changed. */
  #signature: string;
  #lastFailure: string | undefined;

  private constructor(path: string, parse: (bytes: Buffer) => T, logger: Logger, value: T, signature: string) {
    this.#path = path;
    this.#parse = parse;
    this.#logger = logger;
    this.#value = value;
    this.#signature = signature;
  }

  /** Throws when the file can't be read or parsed. */
  static async open<T>(path: string, parse: (bytes: Buffer) => T, logger: Logger): Promise<WatchedFile<T>> {
    const signature = await signatureOf(path);
    const value = parseNamed(path, parse, await readFile(path));
    return new WatchedFile(path, parse, logger, value, signature);
  }

  get value(): T {
    return this.#value;
  }

  /** Looks for a change. Resolves to true when there is a new value; never rejects. */
  async refresh(): Promise<boolean> {
    try {
      const signature = await signatureOf(this.#path);
      if (signature === this.#signature) return false;
      const bytes = await readFile(this.#path);
      // Still being written: the next look decides.
      if ((await signatureOf(this.#path)) !== signature) return false;
      this.#signature = signature;
      this.#value = parseNamed(this.#path, this.#parse, bytes);
      this.#lastFailure = undefined;
      this.#logger.info({ file: this.#path }, 'geo file reloaded');
      return true;
    } catch (error) {
      const failure = String(error);
      if (failure === this.#lastFailure) return false;
      this.#lastFailure = failure;
      this.#logger.warn({ file: this.#path, err: error }, 'geo file not reloaded, the last good one stays in force');
      return false;
    }
  }
}

async function signatureOf(path: string): Promise<string> {
  const { mtimeNs, size, ino } = await stat(path, { bigint: true });
  return `${ino}:${size}:${mtimeNs}`;
}

function parseNamed<T>(path: string, parse: (bytes: Buffer) => T, bytes: Buffer): T {
  try {
    return parse(bytes);
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
