import type { Meeting, MeetingView } from '@canopy/client';
import { useSyncExternalStore } from 'react';

/** The meeting as it is now; renders anew whenever anything in it changes. */
export function useMeetingView(meeting: Meeting): MeetingView {
  return useSyncExternalStore(
    (onChange) => meeting.events.on('stateChanged', onChange),
    () => meeting.view,
  );
}
