import type * as ms from 'mediasoup-client/types';
import { loadDevice } from './device.ts';
import { createDtlsIdentity, type DtlsIdentity } from './identity.ts';

/** What a browser makes before it can join. */
export interface Preparation {
  device: ms.Device;
  identity: DtlsIdentity;
}

let prepared: Promise<Preparation> | undefined;

/**
 * Has the browser start its WebRTC engine and make what a join needs, so that the next one need not wait for it: on a page that
 * has not used WebRTC yet, a fifth of a second. For pages on which people look at themselves before they join. Resolves when all is
 * ready, or fails, which the join tells.
 */
export async function prepareToJoin(): Promise<void> {
  prepared ??= prepare();
  await prepared.catch(() => {
    // The join tells.
  });
}

/** For one meeting only: nobody is to be known by a certificate from one to the next. */
export function takePreparation(): Promise<Preparation> {
  const preparation = prepared ?? prepare();
  prepared = undefined;
  return preparation;
}

async function prepare(): Promise<Preparation> {
  const [device, identity] = await Promise.all([loadDevice(), createDtlsIdentity()]);
  return { device, identity };
}
