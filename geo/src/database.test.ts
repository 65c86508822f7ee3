import { parseAddress } from '@canopy/runtime/address';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GeoDatabase } from './database.ts';
import { buildMmdb, type MmdbOptions, type MmdbValue } from './testing/mmdb-writer.ts';

function database(networks: Record<string, MmdbValue>, options: MmdbOptions = { ipVersion: 6 }): GeoDatabase {
  return GeoDatabase.parse(buildMmdb(networks, options));
}

function find(from: GeoDatabase, text: string) {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`${text} is no address`);
  return from.find(address);
}

describe('GeoDatabase', () => {
  it('finds IPv4 and IPv6 networks in one file', () => {
    const both = database({ '1.2.0.0/16': { country_code: 'DE' }, '2a00::/16': { country_code: 'FR' } });
    expect(find(both, '1.2.3.4')?.countryCode).toBe('DE');
    expect(find(both, '::ffff:1.2.3.4')?.countryCode).toBe('DE');
    expect(find(both, '2a00::1')?.countryCode).toBe('FR');
    expect(find(both, '1.3.0.0')).toBeUndefined();
    expect(find(both, '2b00::1')).toBeUndefined();
  });

  it('lets a later network replace part of an earlier one', () => {
    const nested = database({ '1.0.0.0/8': { country_code: 'DE' }, '1.2.3.0/24': { country_code: 'FR' } });
    expect(find(nested, '1.2.2.255')?.countryCode).toBe('DE');
    expect(find(nested, '1.2.3.0')?.countryCode).toBe('FR');
    expect(find(nested, '1.2.4.0')?.countryCode).toBe('DE');
  });

  it('does not answer an IPv6 query out of an IPv4 tree', () => {
    // 0x2a00… read as the start of an IPv4 address is 42.0.…
    const v4 = database({ '42.0.0.0/8': { country_code: 'DE' } }, { ipVersion: 4 });
    expect(find(v4, '42.1.2.3')?.countryCode).toBe('DE');
    expect(find(v4, '2a00::1')).toBeUndefined();
  });

  it('does not answer an IPv4 query with an IPv6 network that spans the place of IPv4', () => {
    const v6 = database({ '::/3': { country_code: 'DE' }, '2a00::/16': { country_code: 'FR' } });
    expect(find(v6, '8.8.8.8')).toBeUndefined();
    expect(find(v6, '2a00::1')?.countryCode).toBe('FR');
  });

  it('returns the record of the network that an address is in, for any set of networks', () => {
    const network = fc.record({ ip: fc.ipV4(), code: fc.stringMatching(/^[A-Z]{2}$/) });
    const networks = fc.uniqueArray(network, { selector: ({ ip }) => slash16(ip), minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(networks, fc.nat(255), fc.constantFrom(4, 6), (entries, last, ipVersion) => {
        const records = entries.map(({ ip, code }) => [`${slash16(ip)}.0.0/16`, { country_code: code }]);
        const built = database(Object.fromEntries(records), { ipVersion });
        for (const { ip, code } of entries) {
          expect(find(built, `${slash16(ip)}.${last}.${last}`)?.countryCode).toBe(code);
        }
      }),
    );
  });

  it('refuses bytes that are no database', () => {
    const whole = buildMmdb({ '1.0.0.0/8': { country_code: 'DE' } }, { ipVersion: 6 });
    expect(() => GeoDatabase.parse(Buffer.from('hello'))).toThrow();
    expect(() => GeoDatabase.parse(whole.subarray(0, whole.length / 2))).toThrow();
  });
});

function slash16(ip: string): string {
  return ip.split('.', 2).join('.');
}
