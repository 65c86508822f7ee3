import { type IpAddress, prefixKey } from '@canopy/runtime/address';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { countryPoint } from './countries.ts';
import { regionById } from './regions.ts';
import type { GeoResult } from './result.ts';

const countryCode = z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 code in capitals');

const overrideSchema = z.union([
  z.strictObject({
    cidr: z.string(),
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    countryCode: countryCode.optional(),
  }),
  z.strictObject({ cidr: z.string(), region: z.string() }),
  z.strictObject({ cidr: z.string(), countryCode }),
]);

/** An overrides file: JSON `{ "overrides": [ … ] }`. Each entry names a network and says where it is, in one of three ways: `latitude` and `longitude` (with `countryCode` if wanted), a `region` of the catalogue, or a `countryCode`. Of several networks that hold an address the one with the longest prefix counts. */
const overridesSchema = z.strictObject({ overrides: z.array(overrideSchema) });

type Override = z.infer<typeof overrideSchema>;

/** Networks whose place the operator knows better than any database: offices, VPN exits, private ranges. */
export class Overrides {
  /** Prefix lengths in use, longest first. */
  readonly #lengths: readonly number[];
  readonly #byPrefix: ReadonlyMap<string, GeoResult>;

  private constructor(byPrefix: ReadonlyMap<string, GeoResult>, lengths: Iterable<number>) {
    this.#byPrefix = byPrefix;
    this.#lengths = [...lengths].sort((a, b) => b - a);
  }

  static readonly none = new Overrides(new Map(), []);

  /** Reads the text of an overrides file. Throws with the offending entry for anything malformed, unknown or given twice. */
  static parse(text: string): Overrides {
    const parsed = overridesSchema.safeParse(JSON.parse(text));
    if (!parsed.success) throw new Error(`overrides: ${z.prettifyError(parsed.error)}`);
    const byPrefix = new Map<string, GeoResult>();
    const lengths = new Set<number>();
    for (const override of parsed.data.overrides) {
      const { key, length } = parseCidr(override.cidr);
      if (byPrefix.has(key)) throw new Error(`overrides: ${override.cidr} is given twice`);
      byPrefix.set(key, toResult(override));
      lengths.add(length);
    }
    return new Overrides(byPrefix, lengths);
  }

  find(address: IpAddress): GeoResult | undefined {
    for (const length of this.#lengths) {
      if (length > address.bytes.length * 8) continue;
      const found = this.#byPrefix.get(prefixKey(address.bytes, length));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function parseCidr(cidr: string): { key: string; length: number } {
  if (!ipaddr.isValidCIDR(cidr)) throw new Error(`overrides: ${cidr} is no network`);
  const [address, length] = ipaddr.parseCIDR(cidr);
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()) {
    throw new Error(`overrides: ${cidr} must be written as IPv4`);
  }
  const bytes = address.toByteArray();
  const network =
    address.kind() === 'ipv4' ? ipaddr.IPv4.networkAddressFromCIDR(cidr) : ipaddr.IPv6.networkAddressFromCIDR(cidr);
  if (network.toNormalizedString() !== address.toNormalizedString()) {
    throw new Error(`overrides: ${cidr} has bits set behind its prefix`);
  }
  return { key: prefixKey(bytes, length), length };
}

function toResult(override: Override): GeoResult {
  if ('region' in override) {
    const region = regionById(override.region);
    if (region === undefined) throw new Error(`overrides: ${override.region} is no known region`);
    const { id, countryCode: country, latitude, longitude } = region;
    return { location: { latitude, longitude }, countryCode: country, region: id, source: 'override' };
  }
  if ('latitude' in override) {
    const { latitude, longitude } = override;
    const country = override.countryCode === undefined ? {} : { countryCode: override.countryCode };
    return { location: { latitude, longitude }, ...country, source: 'override' };
  }
  const point = countryPoint(override.countryCode);
  if (point === undefined) throw new Error(`overrides: ${override.countryCode} is no known country`);
  return { ...point, countryCode: override.countryCode, source: 'override' };
}
