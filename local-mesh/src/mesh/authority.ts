// tsyringe, inside x509, needs this before it is loaded.
import 'reflect-metadata';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TlsFiles } from '@canopy/runtime/grpc';
import { type MeshIdentity, spiffeId } from '@canopy/runtime/mesh-identity';
import * as x509 from '@peculiar/x509';

const keyKind = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const validMs = 30 * 24 * 3_600_000;
const clockSkewMs = 3_600_000;

function generateKeys(extractable: boolean) {
  return crypto.subtle.generateKey(keyKind, extractable, ['sign', 'verify']);
}

type Keys = Awaited<ReturnType<typeof generateKeys>>;

/** A private certificate authority. Its key never leaves this process. */
export class Authority {
  readonly #folder: string;
  readonly #keys: Keys;
  readonly #certificate: x509.X509Certificate;

  private constructor(folder: string, keys: Keys, certificate: x509.X509Certificate) {
    this.#folder = folder;
    this.#keys = keys;
    this.#certificate = certificate;
  }

  /** `folder` takes the PEM files. */
  static async create(folder: string): Promise<Authority> {
    mkdirSync(folder, { recursive: true });
    const keys = await generateKeys(false);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: 'CN=Canopy local mesh',
      keys,
      signingAlgorithm: keyKind,
      ...validity(),
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      ],
    });
    writeFileSync(join(folder, 'ca.pem'), certificate.toString('pem'));
    return new Authority(folder, keys, certificate);
  }

  /** A certificate with which a node at an IP address is both server and client; without an identity it is nobody of the mesh. */
  async issue(node: string, identity?: MeshIdentity, address = '127.0.0.1'): Promise<TlsFiles> {
    const keys = await generateKeys(true);
    const certificate = await x509.X509CertificateGenerator.create({
      subject: `CN=${node}`,
      issuer: this.#certificate.subject,
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      signingAlgorithm: keyKind,
      ...validity(),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
        new x509.SubjectAlternativeNameExtension([
          { type: 'dns', value: node },
          { type: 'dns', value: 'localhost' },
          { type: 'ip', value: address },
          ...(identity === undefined ? [] : [{ type: 'url' as const, value: spiffeId(identity) }]),
        ]),
      ],
    });
    const key = x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
    return {
      caFile: join(this.#folder, 'ca.pem'),
      certFile: this.#write(`${node}.pem`, certificate.toString('pem'), 0o644),
      keyFile: this.#write(`${node}.key`, key, 0o600),
    };
  }

  #write(name: string, text: string, mode: number): string {
    const file = join(this.#folder, name);
    writeFileSync(file, text, { mode });
    return file;
  }
}

function validity() {
  const now = Date.now();
  return { notBefore: new Date(now - clockSkewMs), notAfter: new Date(now + validMs) };
}
