import { type Meeting, type MeetingView, type Poll, PollStatus } from '@canopy/client';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { isManager } from '../moderation/use-moderation.ts';

/** The polls as they are now. */
export function usePolls({ polls }: Meeting): readonly Poll[] {
  const view = useSyncExternalStore(
    useCallback((onChange) => polls.events.on('changed', onChange), [polls]),
    () => polls.view,
  );
  return view.polls;
}

/** Learns which there are; more of them as soon as this person may. */
export function useLoadedPolls(meeting: Meeting, view: MeetingView): readonly Poll[] {
  const manages = isManager(view);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another role sees other polls
  useEffect(() => {
    meeting.polls.load().catch((error: unknown) => console.debug('canopy: no polls yet', error));
  }, [meeting, manages]);
  return usePolls(meeting);
}

/** Of how many polls results were shared since this person looked last. */
export function useNewResults({ polls }: Meeting, looking: boolean): number {
  const [count, setCount] = useState(0);
  useEffect(() => polls.events.on('shared', () => setCount((before) => before + 1)), [polls]);
  useEffect(() => {
    if (looking && count > 0) setCount(0);
  }, [looking, count]);
  return count;
}

/** Whether it is open and waits for this person. */
export function isWaiting({ status, ownChoices }: Poll): boolean {
  return status === PollStatus.OPEN && ownChoices.length === 0;
}
