import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { S3Location } from './location.ts';
import type { ByteRange, ObjectStore, StoredObject } from './object-store.ts';
import { storageFailure } from './storage-failure.ts';

/** 10,000 of them at most (a limit of S3): 80 GiB. */
const partBytes = 8 * 1024 * 1024;
const mostRemovedAtOnce = 1_000;
const connectTimeoutMs = 3_000;
/** Of one request, without a byte going either way. */
const silenceTimeoutMs = 15_000;

/** Objects in a bucket of S3, or of a server that speaks its language. Credentials are found as by every AWS SDK: in the environment, in files, or as the role of the machine. */
export class S3Store implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor({ bucket, prefix, region, endpoint }: S3Location) {
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#client = new S3Client({
      ...(region && { region }),
      // Other servers have one name for all buckets.
      ...(endpoint && { endpoint, forcePathStyle: true }),
      requestHandler: { connectionTimeout: connectTimeoutMs, socketTimeout: silenceTimeoutMs },
      // What many other servers don't know.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  async put(key: string, file: string): Promise<void> {
    await onS3(async () => {
      const params = { ...this.#at(key), Body: createReadStream(file) };
      await new Upload({ client: this.#client, params, partSize: partBytes }).done();
      return true;
    });
    await rm(file);
  }

  async fetch(key: string, file: string): Promise<boolean> {
    const stream = await this.open(key);
    if (stream === undefined) return false;
    await onS3(async () => {
      try {
        await pipeline(stream, createWriteStream(`${file}.new`));
        await rename(`${file}.new`, file);
      } finally {
        await rm(`${file}.new`, { force: true });
      }
    });
    return true;
  }

  stat(key: string): Promise<StoredObject | undefined> {
    return onS3(async () => {
      const { ContentLength, LastModified } = await this.#client.send(new HeadObjectCommand(this.#at(key)));
      return { key, bytes: ContentLength ?? 0, changedAtMs: LastModified?.getTime() ?? 0 };
    });
  }

  open(key: string, range?: ByteRange): Promise<Readable | undefined> {
    return onS3(async () => {
      const bytes = range && { Range: `bytes=${range.from}-${range.to}` };
      const { Body } = await this.#client.send(new GetObjectCommand({ ...this.#at(key), ...bytes }));
      return Body instanceof Readable ? Body : undefined;
    });
  }

  async list(folder: string): Promise<StoredObject[]> {
    const found = await onS3(async () => {
      const all: StoredObject[] = [];
      const asked = { Bucket: this.#bucket, Prefix: `${this.#prefix}${folder}/` };
      for await (const { Contents } of paginateListObjectsV2({ client: this.#client }, asked)) {
        for (const { Key = '', Size = 0, LastModified } of Contents ?? [])
          all.push({ key: Key.slice(this.#prefix.length), bytes: Size, changedAtMs: LastModified?.getTime() ?? 0 });
      }
      return all;
    });
    return found ?? [];
  }

  async remove(folder: string): Promise<void> {
    const keys = (await this.list(folder)).map(({ key }) => ({ Key: `${this.#prefix}${key}` }));
    for (let from = 0; from < keys.length; from += mostRemovedAtOnce) {
      const Delete = { Objects: keys.slice(from, from + mostRemovedAtOnce), Quiet: true };
      await onS3(async () => {
        const { Errors = [] } = await this.#client.send(new DeleteObjectsCommand({ Bucket: this.#bucket, Delete }));
        if (Errors[0] !== undefined) throw new Error(`not removed: ${Errors.length} objects, ${Errors[0].Code}`);
      });
    }
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: `${this.#prefix}${key}` };
  }
}

/** Undefined where S3 says that there is no such object. A bucket that is missing is a failure. */
async function onS3<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (cause) {
    const missing = cause instanceof S3ServiceException && (cause.name === 'NoSuchKey' || cause.name === 'NotFound');
    if (missing) return undefined;
    throw storageFailure(cause);
  }
}
