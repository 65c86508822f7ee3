import type { IpAddress } from '@canopy/runtime/address';
import { Reader, type Response } from 'maxmind';
import { BoundedCache } from './bounded-cache.ts';
import { readRecord } from './record.ts';
import type { GeoResult } from './result.ts';

const cachedRecords = 10_000;

/** One MMDB file in memory (https://maxmind.github.io/MaxMind-DB/). */
export class GeoDatabase {
  readonly #reader: Reader<Response>;
  /** Many networks share one record, and the reader returns the same object for it while that is cached. */
  readonly #results = new WeakMap<object, GeoResult>();

  private constructor(reader: Reader<Response>) {
    this.#reader = reader;
  }

  /** Throws when the bytes are no readable database. */
  static parse(bytes: Buffer): GeoDatabase {
    return new GeoDatabase(new Reader<Response>(bytes, { cache: new BoundedCache(cachedRecords) }));
  }

  /** When its data was put together, ms. */
  get builtAt(): number {
    return this.#reader.metadata.buildEpoch.getTime();
  }

  /** Undefined when the database does not know the address or does not hold its family. Throws when the record is damaged. */
  find(address: IpAddress): GeoResult | undefined {
    const treeFamily = this.#reader.metadata.ipVersion;
    // Asked for IPv6, a tree of IPv4 depth walks the first 32 bits and returns whatever it finds there.
    if (address.family === 6 && treeFamily === 4) return undefined;
    const [record, prefixLength] = this.#reader.getWithPrefixLength(address.text);
    if (record === null) return undefined;
    // IPv4 lives under ::/96. A record above that is one of IPv6 networks and says nothing about all of IPv4.
    if (address.family === 4 && treeFamily === 6 && prefixLength === 0) return undefined;
    const known = this.#results.get(record);
    if (known !== undefined) return known;
    const result = readRecord(record);
    if (result !== undefined) this.#results.set(record, result);
    return result;
  }
}
