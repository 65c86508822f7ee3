import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Authority } from '@canopy/local-mesh/testing/authority';
import type { PeerCertificate } from './peer.ts';

let issued: Promise<PeerCertificate> | undefined;

/** The certificate of everybody who connects from this process: edges know it from the join, so who moves shows the same. */
export function peerCertificate(): Promise<PeerCertificate> {
  issued ??= issue();
  return issued;
}

async function issue(): Promise<PeerCertificate> {
  const folder = mkdtempSync(join(tmpdir(), 'canopy-peers-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return (await Authority.create(folder)).issue('peer');
}
