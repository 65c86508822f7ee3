import { fileURLToPath } from 'node:url';
import { type IpAddress, parseAddress } from '@canopy/runtime/address';
import { type Clock, systemClock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import { BoundedCache } from './bounded-cache.ts';
import { GeoDatabase } from './database.ts';
import { Overrides } from './overrides.ts';
import { type GeoResult, nowhere } from './result.ts';
import { WatchedFile } from './watched-file.ts';

export interface GeoLocatorOptions {
  /** City databases (MMDB), asked in this order. A file with an IPv4 tree is asked for IPv4 only. */
  cityFiles?: readonly string[];
  /** Country databases, asked after those. Default: the bundled one, which is CC0. */
  countryFiles?: readonly string[];
  /** A file of CIDR overrides, see overrides.ts. */
  overridesFile?: string;
  logger: Logger;
  clock?: Clock;
  /** How often files are looked at for changes, ms. */
  reloadEveryMs?: number;
}

/** What answers lookups between two reloads; replaced as a whole. */
interface View {
  overrides: Overrides;
  databases: readonly GeoDatabase[];
  results: BoundedCache<string, GeoResult>;
}

const resultsPerGeneration = 8_192;

/** The country database every installation has: `@ip-location-db/geo-whois-asn-country-mmdb`, CC0, IPv4 and IPv6. */
export function bundledCountryFile(): string {
  const specifier = '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb';
  return fileURLToPath(import.meta.resolve(specifier));
}

/** Finds out where IP addresses are: overrides first, then city databases, then country databases. Owns its files and reloads them when they change, while lookups go on. */
export class GeoLocator {
  readonly #databases: readonly WatchedFile<GeoDatabase>[];
  readonly #overrides: WatchedFile<Overrides> | undefined;
  readonly #logger: Logger;
  readonly #stopWatching: () => void;
  #view: View;
  #reloading: Promise<void> | undefined;

  private constructor(
    databases: readonly WatchedFile<GeoDatabase>[],
    overrides: WatchedFile<Overrides> | undefined,
    options: GeoLocatorOptions,
  ) {
    this.#databases = databases;
    this.#overrides = overrides;
    this.#logger = options.logger;
    this.#view = this.#takeView();
    this.#stopWatching = (options.clock ?? systemClock).every(options.reloadEveryMs ?? 5_000, () => void this.reload());
  }

  /** Throws when a named file is missing or malformed: that is a mistake in the configuration, not a change to survive. */
  static async open(options: GeoLocatorOptions): Promise<GeoLocator> {
    const { cityFiles = [], countryFiles = [bundledCountryFile()], overridesFile, logger } = options;
    const databases = await Promise.all(
      [...cityFiles, ...countryFiles].map((path) =>
        WatchedFile.open(path, (bytes) => GeoDatabase.parse(bytes), logger),
      ),
    );
    const overrides =
      overridesFile === undefined
        ? undefined
        : await WatchedFile.open(overridesFile, (bytes) => Overrides.parse(bytes.toString('utf8')), logger);
    return new GeoLocator(databases, overrides, options);
  }

  /** Where an address is. Never throws; what is no address, is not global or is unknown has no location (unless an override names it). */
  lookup(address: string): GeoResult {
    const view = this.#view;
    const known = view.results.get(address);
    if (known !== undefined) return known;
    const parsed = parseAddress(address);
    const result = parsed === undefined ? nowhere : this.#find(view, parsed);
    view.results.set(address, result);
    return result;
  }

  /** When the data of the oldest database was put together, ms. */
  get builtAt(): number {
    return Math.min(...this.#databases.map((file) => file.value.builtAt));
  }

  /** Looks for changed files now. Never rejects; calls during a running reload share it. */
  reload(): Promise<void> {
    this.#reloading ??= this.#refreshAll().finally(() => {
      this.#reloading = undefined;
    });
    return this.#reloading;
  }

  /** Ends the watching of files. Lookups still work. */
  [Symbol.dispose](): void {
    this.#stopWatching();
  }

  async #refreshAll(): Promise<void> {
    const files = this.#overrides === undefined ? this.#databases : [...this.#databases, this.#overrides];
    const changed = await Promise.all(files.map((file) => file.refresh()));
    if (changed.includes(true)) this.#view = this.#takeView();
  }

  #takeView(): View {
    return {
      overrides: this.#overrides?.value ?? Overrides.none,
      databases: this.#databases.map((file) => file.value),
      results: new BoundedCache(resultsPerGeneration),
    };
  }

  #find(view: View, address: IpAddress): GeoResult {
    const override = view.overrides.find(address);
    if (override !== undefined) return override;
    if (!address.global) return nowhere;
    for (const database of view.databases) {
      try {
        const found = database.find(address);
        if (found !== undefined) return found;
      } catch (error) {
        this.#logger.warn({ err: error }, 'damaged record in a geo database');
      }
    }
    return nowhere;
  }
}
