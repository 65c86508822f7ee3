import { type BreakoutsView, type Meeting, type MeetingView, Role } from '@canopy/client';
import { useSyncExternalStore } from 'react';

/** The breakout rooms as they are now. */
export function useBreakouts({ breakouts }: Meeting): BreakoutsView {
  return useSyncExternalStore(
    (onChange) => breakouts.events.on('changed', onChange),
    () => breakouts.view,
  );
}

/** Whether this person runs the breakout rooms. */
export function managesBreakouts({ self }: MeetingView): boolean {
  return self.role === Role.HOST || self.role === Role.COHOST;
}
