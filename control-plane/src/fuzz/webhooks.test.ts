import { BlockList, isIP } from 'node:net';
import { CanopyError } from '@canopy/runtime/errors';
import { anyText, fuzzing, fuzzTimeoutMs, mangled } from '@canopy/runtime/testing/fuzz';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AddressGuard } from '../adapters/webhooks/address-guard.ts';

const guard = new AddressGuard(false);

/** Known to Node, not to us. */
const inside = new BlockList();
const nets4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
];
const nets6 = ['::1/128', 'fc00::/7', 'fe80::/10', 'ff00::/8'];
for (const [family, nets] of [['ipv4', nets4] as const, ['ipv6', nets6] as const])
  for (const net of nets) inside.addSubnet(net.split('/')[0] ?? '', Number(net.split('/')[1]), family);

/** Whether a webhook with this address would be called; where its host is a name, that is looked at when it is connected to. */
function isCalled(url: string): boolean {
  try {
    guard.checkUrl(url);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(CanopyError);
    expect(error).toMatchObject({ code: 'ADDRESS_REFUSED' });
    return false;
  }
}

test('whatever the address of a webhook looks like, it is not called without TLS, by a password, or in our own network', {
  timeout: fuzzTimeoutMs,
}, () => {
  const addresses = mangled([
    'https://example.org/hook?a=b',
    'https://93.184.215.14:8443/',
    'https://[2606:4700::1111]/hook',
    'https://user:secret@10.0.0.1/',
    'http://127.1/',
  ]);
  fc.assert(
    fc.property(fc.oneof(addresses, anyText), (text) => {
      // What is no URL is refused where the API reads it.
      const url = URL.parse(text);
      if (url === null || !isCalled(text)) return;
      expect([url.protocol, url.username, url.password]).toEqual(['https:', '', '']);
      const host = url.hostname.replace(/^\[|\]$/g, '');
      const family = isIP(host);
      if (family !== 0) expect(inside.check(host, family === 4 ? 'ipv4' : 'ipv6'), text).toBe(false);
    }),
    fuzzing(),
  );
});

test('an address of our own network is refused, however it is written', { timeout: fuzzTimeoutMs }, () => {
  const own = fc.tuple(fc.constantFrom(...nets4), fc.integer({ min: 0, max: 0xffff_ffff })).map(([net, random]) => {
    const [base = '', length] = net.split('/');
    const bits = base.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
    return bits + (random % 2 ** (32 - Number(length)));
  });
  const bytesOf = (ip: number) => [24, 16, 8, 0].map((shift) => Math.floor(ip / 2 ** shift) % 256);
  const wordsOf = ([a = 0, b = 0, c = 0, d = 0]: number[]) =>
    [a * 256 + b, c * 256 + d].map((word) => word.toString(16)).join(':');
  const spellings = [
    (ip: number) => String(ip),
    (ip: number) => `0x${ip.toString(16)}`,
    (ip: number) => bytesOf(ip).join('.'),
    (ip: number) =>
      bytesOf(ip)
        .map((byte) => `0${byte.toString(8)}`)
        .join('.'),
    (ip: number) => `[::ffff:${bytesOf(ip).join('.')}]`,
    (ip: number) => `[64:ff9b::${wordsOf(bytesOf(ip))}]`,
    (ip: number) => `[2002:${wordsOf(bytesOf(ip))}::]`,
  ];
  fc.assert(
    fc.property(own, fc.constantFrom(...spellings), (ip, spelling) => {
      expect(isCalled(`https://${spelling(ip)}/hook`), spelling(ip)).toBe(false);
    }),
    fuzzing(),
  );
});
