import { DiskStore } from './disk-store.ts';
import type { S3Location } from './location.ts';
import type { ObjectStore } from './object-store.ts';
import { S3Store } from './s3-store.ts';

/** The store at a place: a folder, or a bucket. */
export function openStore(place: string | S3Location): ObjectStore {
  return typeof place === 'string' ? new DiskStore(place) : new S3Store(place);
}
