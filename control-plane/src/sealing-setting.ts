import { createSecretKey } from 'node:crypto';
import { listSetting } from '@canopy/runtime/env';
import { noSealingKeys, type SealingKeys } from './adapters/crypto/sealer.ts';

/** In the place of the first key: others open, and what is written is in clear. */
const clear = 'clear';
const keyShape = /^([\w-]{1,32}):([A-Za-z0-9+/_-]{43}=?)$/;

/** `id:key,id:key`, each key 32 bytes in base64. The first seals, all open; before them may stand `clear`. */
export const sealingKeysSetting = listSetting
  .refine(
    (entries) => entries.every((entry, index) => (index === 0 && entry === clear) || keyShape.test(entry)),
    'not "id:key,…" with keys of 32 bytes in base64 (openssl rand -base64 32), behind "clear" or not',
  )
  .refine((entries) => new Set(entries.map(idOf)).size === entries.length, 'two keys have the same id')
  .transform(toSealingKeys)
  .default(noSealingKeys);

function idOf(entry: string): string {
  return entry.replace(/:.*/, '');
}

function toSealingKeys(entries: readonly string[]): SealingKeys {
  const all = entries
    .filter((entry) => entry !== clear)
    .map((entry) => ({ id: idOf(entry), key: createSecretKey(entry.replace(/^.*:/, ''), 'base64') }));
  return { first: entries[0] === clear ? undefined : all[0], all };
}
