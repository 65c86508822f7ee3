import { silentLogger } from '@canopy/runtime/logger';
import { anyText, fuzzing, fuzzTimeoutMs, mangled } from '@canopy/runtime/testing/fuzz';
import { keptLog } from '@canopy/runtime/testing/kept-log';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sealingKeys } from '../../testing/sealing-keys.ts';
import { Sealer, type SecretPlace } from './sealer.ts';

const place: SecretPlace = { of: 'webhooks.secret', id: 'w1' };
const sealerOf = (...ids: string[]) => new Sealer(sealingKeys(...ids), silentLogger);
const refused = expect.objectContaining({ code: 'SECRET_SEALED' });

test('what was sealed opens to what it was, and does not show it', { timeout: fuzzTimeoutMs }, () => {
  const sealer = sealerOf('k1');
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String({ minLength: 24 })), (secret) => {
      const kept = sealer.seal(secret, place);
      expect(kept).toMatch(/^sealed:v1:k1:[\w-]+$/);
      expect(sealer.open(kept, place)).toBe(secret);
      expect(sealer.seal(secret, place)).not.toBe(kept);
      if (secret.length >= 24) expect(kept).not.toContain(secret);
    }),
    fuzzing(),
  );
});

test('what was changed opens to nothing else', { timeout: fuzzTimeoutMs }, () => {
  const sealer = sealerOf('k1', 'k2');
  const kept = [sealer.seal('whsec_x', place), sealerOf('k2').seal('whsec_x', place)];
  const changed = fc
    .oneof(mangled(kept), anyText)
    .map((text) => (text.startsWith('sealed:') ? text : `sealed:${text}`));
  fc.assert(
    fc.property(changed, (text) => {
      let opened: string | undefined;
      try {
        opened = sealer.open(text, place);
      } catch (error) {
        expect(error).toEqual(refused);
      }
      // Base64 leaves bits that mean nothing; whoever changes those has changed nothing.
      if (opened !== undefined) expect(opened).toBe('whsec_x');
    }),
    fuzzing(),
  );
});

test('a sealed secret opens in no other row, and in no other column', () => {
  const sealer = sealerOf('k1');
  const kept = sealer.seal('whsec_x', place);
  for (const other of [
    { ...place, id: 'w2' },
    { ...place, of: 'api_keys.signing_secret' as const },
  ])
    expect(() => sealer.open(kept, other)).toThrow(refused);
});

test('the first key seals, and all of them open', () => {
  const [before, now] = [sealerOf('k1', 'k2'), sealerOf('k2', 'k1')];
  expect(now.seal('x', place)).toMatch(/^sealed:v1:k2:/);
  expect(now.open(before.seal('x', place), place)).toBe('x');
  expect(before.open(now.seal('x', place), place)).toBe('x');
});

test('without keys, and behind "clear", secrets are kept as they are', () => {
  for (const sealer of [sealerOf(), sealerOf('clear', 'k1')]) {
    expect(sealer.seal('whsec_x', place)).toBe('whsec_x');
    expect(sealer.open('whsec_x', place)).toBe('whsec_x');
  }
  expect(sealerOf('clear', 'k1').open(sealerOf('k1').seal('whsec_x', place), place)).toBe('whsec_x');
});

test('the log says which key is missing, and of what', () => {
  const { logger, written } = keptLog('control-plane');
  const kept = sealerOf('k1').seal('whsec_x', place);
  expect(() => new Sealer(sealingKeys('k2'), logger).open(kept, place)).toThrow(refused);
  expect(written()).toMatch(/"of":"webhooks.secret","id":"w1","keyId":"k1","why":"CONTROL_SEALING_KEYS lacks its key"/);
  expect(written()).not.toContain(kept);
});

test('a key of the same id that is another one opens nothing', () => {
  const kept = sealerOf('k1').seal('whsec_x', place);
  const [other] = sealingKeys('k2').all;
  const keys = { first: undefined, all: other === undefined ? [] : [{ ...other, id: 'k1' }] };
  expect(() => new Sealer(keys, silentLogger).open(kept, place)).toThrow(refused);
});
