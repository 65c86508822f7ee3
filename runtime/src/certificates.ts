import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Clock } from './clock.ts';
import { Emitter } from './emitter.ts';
import type { Logger } from './logger.ts';

/** PEM files of a server: its certificate, with those between it and the authority, and its key. */
export interface CertificateFiles {
  certFile: string;
  keyFile: string;
  /** The authorities that peers must be signed by; undefined: those the system trusts. */
  caFile?: string;
}

/** What was in the files. */
export interface Pem {
  cert: Buffer;
  key: Buffer;
  ca: Buffer | undefined;
}

/** Throws if a certificate is not what its node needs. */
export type CertificateCheck = (certificate: X509Certificate) => void;

const lookEveryMs = 10_000;

/**
 * The certificate of a node, which follows its files: new connections use what is in them now, those that exist stay. Files are
 * read again every ten seconds, because no notice of changes works on every kind of volume, and at once by {@link renew}.
 */
export class Certificates {
  readonly #files: CertificateFiles;
  readonly #check: CertificateCheck;
  readonly #changes = new Emitter<{ renewed: Pem }>();
  #current: Pem;

  /** Throws if the files can't be read, don't belong together, or `check` throws. */
  constructor(files: CertificateFiles, check: CertificateCheck = () => undefined) {
    this.#files = files;
    this.#check = check;
    this.#current = this.#read();
  }

  get current(): Pem {
    return this.#current;
  }

  /** When the one in use ends, Unix ms. */
  get endsAt(): number {
    return Date.parse(new X509Certificate(this.#current.cert).validTo);
  }

  onRenewed(listener: (pem: Pem) => void): () => void {
    return this.#changes.on('renewed', listener);
  }

  /** Reads the files again; what is only half exchanged yet (a certificate without its key), or fails the check, is thrown and changes nothing. */
  renew(): boolean {
    const next = this.#read();
    if (same(next, this.#current)) return false;
    this.#current = next;
    this.#changes.emit('renewed', next);
    return true;
  }

  /** Looks at the files from time to time, until the function returned is called. */
  follow(clock: Clock, logger: Logger): () => void {
    return clock.every(lookEveryMs, () => this.tryToRenew(logger));
  }

  /** {@link renew}, telling the log how it went. */
  tryToRenew(logger: Logger): void {
    const { certFile } = this.#files;
    try {
      if (this.renew()) logger.info({ certFile }, 'certificate renewed');
    } catch (error) {
      logger.warn({ err: error, certFile }, 'the certificate can not be renewed, the one before stays in use');
    }
  }

  #read(): Pem {
    const { certFile, keyFile, caFile } = this.#files;
    const pem = {
      cert: readFileSync(certFile),
      key: readFileSync(keyFile),
      ca: caFile === undefined ? undefined : readFileSync(caFile),
    };
    createSecureContext(pem);
    this.#check(new X509Certificate(pem.cert));
    return pem;
  }
}

function same(a: Pem, b: Pem): boolean {
  const bytes = ({ cert, key, ca }: Pem) => Buffer.concat([cert, key, ca ?? Buffer.alloc(0)]);
  return bytes(a).equals(bytes(b));
}
