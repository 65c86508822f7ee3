import type { X509Certificate } from 'node:crypto';

/** What a node is to the others: a replica of the control plane, or an edge; `edgeId` undefined: one of a group that shares a certificate. */
export type MeshIdentity = { role: 'control-plane' } | { role: 'edge'; edgeId?: string | undefined };

const trustDomain = 'spiffe://canopy/';

/** The URI by which a certificate says who its node is (https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md). */
export function spiffeId(identity: MeshIdentity): string {
  const edge = identity.role === 'edge' && identity.edgeId !== undefined ? `/${identity.edgeId}` : '';
  return `${trustDomain}${identity.role}${edge}`;
}

/** One name as Node writes it: `URI:spiffe://canopy/edge`, or in quotes as in JSON what could be taken for several. */
const alternativeName = /([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^",]*)(?:, |$)/y;

/**
 * Who a certificate says its node is, by the text that Node makes of its alternative names. Undefined where it names no identity
 * of the mesh, or two: an X.509-SVID has exactly one URI.
 */
export function identityOf(alternativeNames: string | undefined): MeshIdentity | undefined {
  const uris = urisOf(alternativeNames ?? '');
  const [uri = ''] = uris;
  return uris.length === 1 && uri.startsWith(trustDomain) ? identityAt(uri.slice(trustDomain.length)) : undefined;
}

/** Not split at commas: a name of another kind may contain what looks like a URI. */
function urisOf(alternativeNames: string): string[] {
  const names = new RegExp(alternativeName);
  const uris: string[] = [];
  while (names.lastIndex < alternativeNames.length) {
    const name = names.exec(alternativeNames);
    if (name === null) return [];
    const [, kind, value = ''] = name;
    if (kind === 'URI') uris.push(value);
  }
  return uris;
}

function identityAt(path: string): MeshIdentity | undefined {
  if (path === 'control-plane') return { role: 'control-plane' };
  if (path === 'edge') return { role: 'edge' };
  const [, edgeId] = /^edge\/([A-Za-z0-9_-]+)$/.exec(path) ?? [];
  return edgeId === undefined ? undefined : { role: 'edge', edgeId };
}

/** Throws unless a certificate lets its node act as `wanted`. A node looks at its own: others would refuse what it asks. */
export function requireIdentity(certificate: X509Certificate, wanted: MeshIdentity): void {
  const said = identityOf(certificate.subjectAltName);
  if (said !== undefined && actsAs(said, wanted)) return;
  const names = said === undefined ? 'no role' : spiffeId(said);
  throw new Error(`the certificate names ${names}, it must name ${spiffeId(wanted)} (docs/operations/upgrade.md)`);
}

/** Whether somebody with this identity may say that they are `wanted`: the certificate of a group does for each of its edges. */
export function actsAs(identity: MeshIdentity, wanted: MeshIdentity): boolean {
  if (identity.role === 'control-plane' || wanted.role === 'control-plane') return identity.role === wanted.role;
  return identity.edgeId === undefined || wanted.edgeId === undefined || identity.edgeId === wanted.edgeId;
}
