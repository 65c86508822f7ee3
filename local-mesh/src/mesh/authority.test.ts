import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf } from '@canopy/runtime/mesh-identity';
import { expect, onTestFinished, test } from 'vitest';
import { Authority } from './authority.ts';

test('a node gets a certificate of the authority for 127.0.0.1, and a key only it can read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'canopy-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const authority = await Authority.create(folder);
  const files = await authority.issue('eu-central-1-1', { role: 'edge', edgeId: 'eu-central-1-1' });

  const issuer = new X509Certificate(readFileSync(files.caFile));
  const certificate = new X509Certificate(readFileSync(files.certFile));
  expect(certificate.verify(issuer.publicKey)).toBe(true);
  expect(certificate.checkIssued(issuer)).toBe(true);
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(identityOf(certificate.subjectAltName)).toEqual({ role: 'edge', edgeId: 'eu-central-1-1' });
  expect([issuer.ca, certificate.ca]).toEqual([true, false]);
  expect(statSync(files.keyFile).mode & 0o777).toBe(0o600);
});
