import type { Meeting, RaisedHand } from '@canopy/client';
import { useCallback, useSyncExternalStore } from 'react';

/** Raised hands, those first who raised theirs first. */
export function useHands({ hands }: Meeting): readonly RaisedHand[] {
  return useSyncExternalStore(
    useCallback((onChange) => hands.events.on('changed', onChange), [hands]),
    () => hands.raised,
  );
}
