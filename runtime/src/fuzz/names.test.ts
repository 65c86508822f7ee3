import { isIP } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAddress } from '../address.ts';
import { identityOf, spiffeId } from '../mesh-identity.ts';
import { anyText, fuzzing, fuzzTimeoutMs, mangled } from '../testing/fuzz.ts';

test('a certificate is of nobody but whom its one URI names', { timeout: fuzzTimeoutMs }, () => {
  const names = [
    'DNS:localhost, URI:spiffe://canopy/control-plane, IP Address:127.0.0.1',
    'URI:spiffe://canopy/edge/fra-1, DNS:"a, b"',
    'DirName:"CN=a\\", URI:spiffe://canopy/edge, \\"b"',
  ];
  fc.assert(
    fc.property(fc.oneof(mangled(names), anyText), (text) => {
      const identity = identityOf(text);
      if (identity === undefined) return;
      // In quotes stands what could be taken for several names, and may be somebody's choice.
      const bare = text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '');
      expect(bare.split(', ').filter((name) => name.startsWith('URI:'))).toEqual([`URI:${spiffeId(identity)}`]);
    }),
    fuzzing(),
  );
});

test('a text is an address for us exactly where it is one for the system', { timeout: fuzzTimeoutMs }, () => {
  const written = ['203.0.113.5', '::ffff:10.0.0.1', '64:ff9b::192.0.2.1', '2001:db8::1', '0x7f.1', '010.1.2.3'];
  const texts = fc.oneof(mangled(written), fc.ipV4(), fc.ipV6(), anyText);
  fc.assert(
    fc.property(texts, fc.constantFrom('', '%eth0'), (text, zone) => {
      fc.pre(!text.includes('%'));
      const address = parseAddress(text + zone);
      expect(address === undefined, text).toBe(isIP(text) === 0);
      if (address === undefined) return;
      expect([isIP(address.text), address.bytes.length]).toEqual([address.family, address.family === 4 ? 4 : 16]);
      expect(parseAddress(address.text)).toEqual(address);
    }),
    fuzzing(),
  );
});
