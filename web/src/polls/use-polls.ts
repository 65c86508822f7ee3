import type { Meeting, MeetingView, Poll } from '@canopy/client';
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

/** Of how many polls that are still there results were shared since this person looked last. */
export function useNewResults(meeting: Meeting, looking: boolean): number {
  const { events } = meeting.polls;
  const [unread, setUnread] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => events.on('shared', ({ id }) => setUnread((before) => new Set(before).add(id))), [events]);
  useEffect(() => {
    if (looking && unread.size > 0) setUnread(new Set());
  }, [looking, unread]);
  return usePolls(meeting).filter(({ id }) => unread.has(id)).length;
}
