import { expect, test } from 'vitest';
import { actsAs, identityOf, type MeshIdentity, spiffeId } from './mesh-identity.ts';

const replica: MeshIdentity = { role: 'control-plane' };
const anyEdge: MeshIdentity = { role: 'edge' };
const fra: MeshIdentity = { role: 'edge', edgeId: 'fra-1' };
const syd: MeshIdentity = { role: 'edge', edgeId: 'syd-1' };

test.each([replica, anyEdge, fra])('%o is read from the names of a certificate as it was written', (identity) => {
  const uri = `URI:${spiffeId(identity)}`;
  for (const names of [uri, `DNS:localhost, ${uri}, IP Address:127.0.0.1`, `DirName:"CN=a, b\\" c", ${uri}`])
    expect(identityOf(names)).toEqual(identity);
});

test.each([
  undefined,
  '',
  'DNS:control-plane',
  'URI:spiffe://elsewhere/control-plane',
  'URI:spiffe://canopy/edge/',
  'URI:spiffe://canopy/edge/a/b',
  'URI:spiffe://canopy/control-plane/1',
  'URI:"spiffe://canopy/edge/a,b"',
  // Two of them, or one inside of another name.
  'URI:spiffe://canopy/edge, URI:spiffe://canopy/control-plane',
  'DNS:"a, URI:spiffe://canopy/control-plane, b"',
  'DNS:"a\\", URI:spiffe://canopy/control-plane, \\"b"',
  // Not as Node writes them.
  'DNS:a,URI:spiffe://canopy/control-plane',
  'DNS:"a, URI:spiffe://canopy/control-plane',
])('%s names nobody', (names) => {
  expect(identityOf(names)).toBeUndefined();
});

test.each([
  [replica, replica, true],
  [replica, anyEdge, false],
  [fra, replica, false],
  [anyEdge, replica, false],
  [fra, fra, true],
  [fra, syd, false],
  [anyEdge, fra, true],
  [fra, anyEdge, true],
])('%o acts as %o: %s', (identity, wanted, may) => {
  expect(actsAs(identity, wanted)).toBe(may);
});
