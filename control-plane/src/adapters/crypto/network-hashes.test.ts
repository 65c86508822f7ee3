import { describe, expect, it } from 'vitest';
import { networkHashes } from './network-hashes.ts';

const hash = networkHashes('a secret');

describe('what is kept of a network', () => {
  it('is the same for all who come from it', () => {
    expect(hash('m1', '2001:db8:1:2::3')).toBe(hash('m1', '2001:db8:1:2:ffff::'));
    expect(hash('m1', '192.0.2.1')).not.toBe(hash('m1', '192.0.2.2'));
    expect(hash('m1', 'not an address')).toBeUndefined();
  });

  it('says nothing without the secret, nor beside what is kept for another meeting', () => {
    expect(hash('m1', '192.0.2.1')).toMatch(/^[\da-f]{64}$/);
    expect(hash('m1', '192.0.2.1')).not.toBe(hash('m2', '192.0.2.1'));
    expect(hash('m1', '192.0.2.1')).not.toBe(networkHashes('another secret')('m1', '192.0.2.1'));
  });
});
