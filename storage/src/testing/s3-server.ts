import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';
import type { S3Location } from '../location.ts';

const bucket = 'recordings';

/** The credentials it knows. */
export const s3Credentials = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' };

/** A server that speaks S3 over HTTP, on loopback, with a bucket in a temporary folder. It can go away and come back. */
export class S3Server implements AsyncDisposable {
  readonly location: S3Location;
  readonly #directory: string;
  readonly #port: number;
  #server: S3rver;

  private constructor(directory: string, server: S3rver, port: number) {
    this.#directory = directory;
    this.#server = server;
    this.#port = port;
    this.location = { bucket, prefix: 'canopy/', region: 'us-east-1', endpoint: `http://127.0.0.1:${port}` };
  }

  static async start(): Promise<S3Server> {
    const directory = await mkdtemp(join(tmpdir(), 'canopy-s3-'));
    const server = serverOf(directory, 0);
    const { port }: AddressInfo = await server.run();
    return new S3Server(directory, server, port);
  }

  /** As a setting of a process. */
  get setting(): string {
    const { prefix, endpoint = '' } = this.location;
    return `s3://${bucket}/${prefix}?endpoint=${encodeURIComponent(endpoint)}`;
  }

  /** Nobody reaches it; what it has stays. */
  async goAway(): Promise<void> {
    this.#server.httpServer.closeAllConnections();
    await this.#server.close();
  }

  async comeBack(): Promise<void> {
    this.#server = serverOf(this.#directory, this.#port);
    await this.#server.run();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.httpServer.listening) await this.goAway();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

function serverOf(directory: string, port: number): S3rver {
  return new S3rver({
    address: '127.0.0.1',
    port,
    directory,
    silent: true,
    // It knows the path of a bucket without its slash, with which the SDK signs it.
    allowMismatchedSignatures: true,
    configureBuckets: [{ name: bucket }],
  });
}
