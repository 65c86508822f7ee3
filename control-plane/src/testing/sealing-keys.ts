import { createHash } from 'node:crypto';
import type { SealingKeys } from '../adapters/crypto/sealer.ts';
import { sealingKeysSetting } from '../sealing-setting.ts';

/** The keys of these ids, the same each time; the first may be `clear`. */
export function sealingKeys(...ids: string[]): SealingKeys {
  const keyOf = (id: string) => `${id}:${createHash('sha256').update(id).digest('base64')}`;
  return sealingKeysSetting.parse(ids.map((id) => (id === 'clear' ? id : keyOf(id))).join());
}
