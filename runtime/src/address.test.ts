import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkPrefix, parseAddress, siteKey, sitePrefix } from './address.ts';

describe('parseAddress', () => {
  it('turns IPv4-mapped IPv6 into IPv4', () => {
    for (const text of ['::ffff:192.0.2.1', '::FFFF:c000:201', '192.0.2.1']) {
      expect(parseAddress(text)).toMatchObject({ text: '192.0.2.1', family: 4 });
    }
  });

  it('says which addresses are global', () => {
    const local = ['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.1.1', '100.64.0.1', '0.0.0.0'];
    const local6 = ['::1', '::', 'fe80::1%eth0', 'fd00::1', 'ff02::1', '2001:db8::1'];
    for (const text of [...local, ...local6]) expect(parseAddress(text)?.global, text).toBe(false);
    for (const text of ['8.8.8.8', '2a00:1450::1', '::ffff:8.8.8.8']) expect(parseAddress(text)?.global).toBe(true);
  });

  it('refuses what is no address, and forms that readers disagree about', () => {
    for (const text of [
      '',
      'example.org',
      '1.2.3',
      '0177.0.0.1',
      '0x7f.0.0.1',
      '2130706433',
      '::ffff:010.0.0.1',
      '1.2.3.4:80',
      '1::2::3',
    ]) {
      expect(parseAddress(text), text).toBeUndefined();
    }
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseAddress(text)));
  });
});

describe('sitePrefix', () => {
  it('is the IPv4 address, and the /64 of IPv6', () => {
    expect(sitePrefix('192.0.2.1')).toBe(sitePrefix('::ffff:192.0.2.1'));
    expect(sitePrefix('192.0.2.1')).not.toBe(sitePrefix('192.0.2.2'));
    expect(sitePrefix('2001:db8:1:2::3')).toBe(sitePrefix('2001:db8:1:2:ffff::'));
    expect(sitePrefix('2001:db8:1:2::3')).not.toBe(sitePrefix('2001:db8:1:3::3'));
    expect(sitePrefix('not an address')).toBeUndefined();
  });
});

describe('siteKey', () => {
  it('is one for all addresses of a site, and the text itself for what is no address', () => {
    expect(siteKey('2001:db8:1:2::3')).toBe(siteKey('2001:db8:1:2:ffff::'));
    expect(siteKey('2001:db8:1:2::3')).not.toBe(siteKey('2001:db8:1:3::3'));
    expect(siteKey('192.0.2.1')).not.toBe(siteKey('192.0.2.2'));
    expect(siteKey('not an address')).toBe('not an address');
  });
});

describe('networkPrefix', () => {
  it('is the /24 of IPv4 and the /48 of IPv6', () => {
    expect(networkPrefix('192.0.2.1')).toBe(networkPrefix('::ffff:192.0.2.254'));
    expect(networkPrefix('192.0.2.1')).not.toBe(networkPrefix('192.0.3.1'));
    expect(networkPrefix('2001:db8:1:2::3')).toBe(networkPrefix('2001:db8:1:ffff::'));
    expect(networkPrefix('2001:db8:1::')).not.toBe(networkPrefix('2001:db8:2::'));
    expect(networkPrefix('not an address')).toBeUndefined();
  });

  it('is equal for exactly those IPv4 addresses that share three bytes', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), (a, b) => {
        const shared = a.split('.', 3).join() === b.split('.', 3).join();
        expect(networkPrefix(a) === networkPrefix(b)).toBe(shared);
      }),
    );
  });
});
