import { parseAddress } from '@canopy/runtime/address';
import { anyText, fuzzing, fuzzTimeoutMs, mangled, mangledBytes } from '@canopy/runtime/testing/fuzz';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GeoDatabase } from '../database.ts';
import { Overrides } from '../overrides.ts';
import type { GeoResult } from '../result.ts';
import { buildMmdb } from '../testing/mmdb-writer.ts';

const addresses = ['1.2.3.4', '203.0.113.7', '2a00::1'].map(parseAddress).filter((address) => address !== undefined);

/** What work says, or nothing where it fails. */
function unlessFailing<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return undefined;
  }
}

function expectPlace(found: GeoResult | undefined): void {
  const { latitude = 0, longitude = 0 } = found?.location ?? {};
  expect([Math.abs(latitude) <= 90, Math.abs(longitude) <= 180], JSON.stringify(found)).toEqual([true, true]);
  expect(found?.countryCode ?? 'XX').toMatch(/^[A-Z]{2}$/);
}

test('a damaged database says where an address is on earth, or nothing', { timeout: fuzzTimeoutMs }, () => {
  const city = { country: { iso_code: 'DE' }, location: { latitude: 50.1, longitude: 8.7, accuracy_radius: 20 } };
  const networks = { '1.2.0.0/16': city, '203.0.113.0/24': { country_code: 'FR', latitude: 48.8, longitude: 2.3 } };
  const files = [
    buildMmdb(networks, { ipVersion: 4 }),
    buildMmdb({ ...networks, '2a00::/16': city }, { ipVersion: 6 }),
  ];
  const flipped = fc
    .tuple(fc.constantFrom(...files), fc.array(fc.nat(), { minLength: 1, maxLength: 8 }))
    .map(([file, places]) => {
      const copy = Buffer.from(file);
      for (const place of places) copy[place % copy.length] = place >> 8;
      return copy;
    });
  fc.assert(
    fc.property(fc.oneof(flipped, mangledBytes(files)), (bytes) => {
      const database = unlessFailing(() => GeoDatabase.parse(Buffer.from(bytes)));
      if (database === undefined) return;
      unlessFailing(() => database.builtAt);
      for (const address of addresses) expectPlace(unlessFailing(() => database.find(address)));
    }),
    fuzzing(),
  );
});

test('changed overrides say where a network is on earth, or are refused', { timeout: fuzzTimeoutMs }, () => {
  const file = JSON.stringify({
    overrides: [
      { cidr: '1.2.0.0/16', latitude: 50.1, longitude: 8.7, countryCode: 'DE' },
      { cidr: '203.0.113.0/24', region: 'eu-central-1' },
      { cidr: '2a00::/16', countryCode: 'FR' },
    ],
  });
  fc.assert(
    fc.property(fc.oneof(mangled([file]), anyText), (text) => {
      const overrides = unlessFailing(() => Overrides.parse(text));
      for (const address of addresses) expectPlace(overrides?.find(address));
    }),
    fuzzing(),
  );
});
