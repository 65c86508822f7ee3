import type { Meeting, MeetingView, RaisedHand } from '@canopy/client';
import { useCallback, useSyncExternalStore } from 'react';

/** Raised hands, those first who raised theirs first. */
export function useHands({ hands }: Meeting): readonly RaisedHand[] {
  return useSyncExternalStore(
    useCallback((onChange) => hands.events.on('changed', onChange), [hands]),
    () => hands.raised,
  );
}

/** Whether this person's hand is raised, and what raises or lowers it. */
export function useOwnHand(
  meeting: Meeting,
  { self }: MeetingView,
  onError: (error: unknown) => void,
): { raised: boolean; toggle: () => void } {
  const raised = useHands(meeting).some(({ participantId }) => participantId === self.participantId);
  return { raised, toggle: () => void (raised ? meeting.hands.lower() : meeting.hands.raise()).catch(onError) };
}
