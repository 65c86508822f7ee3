import type { BreakoutsView, Meeting } from '@canopy/client';
import { useSyncExternalStore } from 'react';

/** The breakout rooms as they are now. */
export function useBreakouts({ breakouts }: Meeting): BreakoutsView {
  return useSyncExternalStore(
    (onChange) => breakouts.events.on('changed', onChange),
    () => breakouts.view,
  );
}
