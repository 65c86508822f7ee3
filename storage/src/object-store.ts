import type { Readable } from 'node:stream';

/** What lies at a key. */
export interface StoredObject {
  key: string;
  bytes: number;
  /** When it was stored last, Unix ms. */
  changedAtMs: number;
}

/** Bytes of an object, both included, as in HTTP (RFC 9110 §14.1.2). */
export interface ByteRange {
  from: number;
  to: number;
}

/**
 * Where recordings are kept: files by keys such as `folder/file.webm`. Keys are made of ids; nothing that people chose is
 * among them. All methods reject with STORAGE_UNAVAILABLE, or RECORDING_DISK_FULL where a disk is full.
 */
export interface ObjectStore {
  /** Moves a local file in, whole or not at all; it replaces what was there. */
  put(key: string, file: string): Promise<void>;
  /** Makes a local file of it, in a folder that exists. False: there is nothing. */
  fetch(key: string, file: string): Promise<boolean>;
  /** Undefined: there is nothing. */
  stat(key: string): Promise<StoredObject | undefined>;
  /** Its bytes, all of them or a range that lies inside. Undefined: there is nothing. */
  open(key: string, range?: ByteRange): Promise<Readable | undefined>;
  /** All that lies below a folder, by key. */
  list(folder: string): Promise<StoredObject[]>;
  /** Takes away all that lies below a folder. */
  remove(folder: string): Promise<void>;
}
