import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Authority } from '../../../local-mesh/src/testing/authority.ts';
import { checkCertificates } from './certificates.ts';

test('a certificate that other nodes would refuse is told, and who it has to name', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'canopy-doctor-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const authority = await Authority.create(folder);
  const [replica, fra, anyEdge, nobody] = await Promise.all([
    authority.issue('replica', { role: 'control-plane' }),
    authority.issue('fra-1', { role: 'edge', edgeId: 'fra-1' }),
    authority.issue('any-edge', { role: 'edge' }),
    authority.issue('nobody'),
  ]);
  const found = async (env: NodeJS.ProcessEnv) => {
    const findings = await checkCertificates('http://localhost:8080', env, Date.now());
    return findings.filter(({ check }) => check in env).map(({ status, text }) => `${status}: ${text}`);
  };
  const good = 'ok: the certificate is good for 29 days';
  expect(
    await found({
      CONTROL_TLS_CERT_FILE: replica.certFile,
      EDGE_TLS_CERT_FILE: fra.certFile,
      EDGE_PUBLIC_TLS_CERT_FILE: nobody.certFile,
      EDGE_ID: 'fra-1',
    }),
  ).toEqual([good, good, good]);
  expect(await found({ EDGE_TLS_CERT_FILE: anyEdge.certFile, EDGE_ID: 'fra-1' })).toEqual([good]);
  expect(
    await found({ CONTROL_TLS_CERT_FILE: nobody.certFile, EDGE_TLS_CERT_FILE: fra.certFile, EDGE_ID: 'syd-1' }),
  ).toEqual([
    expect.stringMatching(/^failed: the certificate names no role, it must name spiffe:\/\/canopy\/control-plane /),
    expect.stringMatching(
      /^failed: .* names spiffe:\/\/canopy\/edge\/fra-1, it must name spiffe:\/\/canopy\/edge\/syd-1 /,
    ),
  ]);
});
