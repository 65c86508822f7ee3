import { parseAddress } from '@canopy/runtime/address';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Overrides } from './overrides.ts';

function parse(...overrides: object[]): Overrides {
  return Overrides.parse(JSON.stringify({ overrides }));
}

function find(overrides: Overrides, text: string) {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`${text} is no address`);
  return overrides.find(address);
}

describe('Overrides', () => {
  it('places a network by coordinates, by region or by country', () => {
    const overrides = parse(
      { cidr: '10.1.0.0/16', latitude: 1, longitude: 2, countryCode: 'SG' },
      { cidr: '10.2.0.0/16', region: 'eu-central-1' },
      { cidr: 'fd00::/8', countryCode: 'JP' },
    );
    expect(find(overrides, '10.1.2.3')).toEqual({
      location: { latitude: 1, longitude: 2 },
      countryCode: 'SG',
      source: 'override',
    });
    expect(find(overrides, '::ffff:10.2.0.1')).toMatchObject({ region: 'eu-central-1', countryCode: 'DE' });
    expect(find(overrides, 'fd12::1')).toMatchObject({ countryCode: 'JP', source: 'override' });
    expect(find(overrides, '10.3.0.1')).toBeUndefined();
  });

  it('lets the longest prefix win, whatever the order', () => {
    const wide = { cidr: '10.0.0.0/8', countryCode: 'DE' };
    const narrow = { cidr: '10.1.1.0/24', countryCode: 'FR' };
    const single = { cidr: '10.1.1.1/32', countryCode: 'IT' };
    for (const overrides of [parse(wide, narrow, single), parse(single, narrow, wide)]) {
      expect(find(overrides, '10.9.9.9')?.countryCode).toBe('DE');
      expect(find(overrides, '10.1.1.9')?.countryCode).toBe('FR');
      expect(find(overrides, '10.1.1.1')?.countryCode).toBe('IT');
    }
  });

  it('does not mix the families up', () => {
    const overrides = parse({ cidr: '0.0.0.0/0', countryCode: 'DE' });
    expect(find(overrides, '1.2.3.4')?.countryCode).toBe('DE');
    expect(find(overrides, '2a00::1')).toBeUndefined();
  });

  it('agrees with a plain comparison of bits', () => {
    const network = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 })).map(([ip, length]) => ({
      length,
      bits: bitsOf(ip).slice(0, length),
    }));
    fc.assert(
      fc.property(
        fc.uniqueArray(network, { selector: ({ bits }) => bits, maxLength: 12 }),
        fc.ipV4(),
        (networks, ip) => {
          const overrides = parse(
            ...networks.map(({ bits, length }) => ({
              cidr: `${ipOf(bits)}/${length}`,
              latitude: length,
              longitude: 0,
            })),
          );
          const matching = networks.filter(({ bits }) => bitsOf(ip).startsWith(bits)).map(({ length }) => length);
          expect(find(overrides, ip)?.location?.latitude).toBe(
            matching.length === 0 ? undefined : Math.max(...matching),
          );
        },
      ),
    );
  });

  it('refuses mistakes and says where they are', () => {
    const country = { countryCode: 'DE' };
    expect(() => parse({ cidr: '10.0.0.0/33', ...country })).toThrow('10.0.0.0/33 is no network');
    expect(() => parse({ cidr: '10.1.2.3/16', ...country })).toThrow('10.1.2.3/16 has bits set behind its prefix');
    expect(() => parse({ cidr: '::ffff:10.0.0.0/104', ...country })).toThrow('must be written as IPv4');
    expect(() => parse({ cidr: '10.0.0.0/8', ...country }, { cidr: '10.0.0.0/8', ...country })).toThrow('given twice');
    expect(() => parse({ cidr: '10.0.0.0/8', region: 'moon-1' })).toThrow('moon-1 is no known region');
    expect(() => parse({ cidr: '10.0.0.0/8', countryCode: 'ZZ' })).toThrow('ZZ is no known country');
    expect(() => parse({ cidr: '10.0.0.0/8', latitude: 91, longitude: 0 })).toThrow('overrides[0]');
    expect(() => parse({ cidr: '10.0.0.0/8', ...country, note: 'x' })).toThrow('overrides[0]');
    expect(() => Overrides.parse('{')).toThrow('JSON');
  });
});

function bitsOf(ip: string): string {
  return ip
    .split('.')
    .map((byte) => Number(byte).toString(2).padStart(8, '0'))
    .join('');
}

function ipOf(bits: string): string {
  const padded = bits.padEnd(32, '0');
  return [0, 8, 16, 24].map((start) => Number.parseInt(padded.slice(start, start + 8), 2)).join('.');
}
