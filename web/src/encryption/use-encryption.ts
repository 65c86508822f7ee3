import type { EncryptionView, Meeting } from '@canopy/client';
import { useCallback, useSyncExternalStore } from 'react';

/** Whether and how the meeting is encrypted end to end, as it is now. */
export function useEncryption({ encryption }: Meeting): EncryptionView {
  const subscribe = useCallback((changed: () => void) => encryption.events.on('changed', changed), [encryption]);
  return useSyncExternalStore(subscribe, () => encryption.view);
}
