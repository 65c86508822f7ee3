import type { Meeting, MeetingView } from '@canopy/client';
import { useCallback, useSyncExternalStore } from 'react';
import { gathered } from '../lib/gathered.ts';

/** For each meeting, who hears of its changes: all at once, so that they are rendered once. In a large one somebody comes, goes or mutes all the time, and much is rendered together. */
const audiences = new WeakMap<Meeting, Set<() => void>>();

/** The meeting as it is now; renders anew whenever anything in it changes, a moment later where much does. */
export function useMeetingView(meeting: Meeting): MeetingView {
  const subscribe = useCallback(
    (onChange: () => void) => {
      const audience = audienceOf(meeting);
      audience.add(onChange);
      return () => audience.delete(onChange);
    },
    [meeting],
  );
  return useSyncExternalStore(subscribe, () => meeting.view);
}

function audienceOf(meeting: Meeting): Set<() => void> {
  const known = audiences.get(meeting);
  if (known !== undefined) return known;
  const audience = new Set<() => void>();
  audiences.set(meeting, audience);
  const tell = () => {
    for (const onChange of audience) onChange();
  };
  meeting.events.on('stateChanged', gathered(tell));
  return audience;
}
