import { type Meeting, type MeetingView, type ModerationView, Role } from '@canopy/client';
import { useEffect, useSyncExternalStore } from 'react';

/** The rules of the meeting and who waits, as it is now. */
export function useModeration({ moderation }: Meeting): ModerationView {
  return useSyncExternalStore(
    (onChange) => moderation.events.on('changed', onChange),
    () => moderation.view,
  );
}

/** Hosts and cohosts keep order. */
export function isManager({ self }: MeetingView): boolean {
  return self.role === Role.HOST || self.role === Role.COHOST;
}

/** Whether this person may moderate somebody with that role; the server decides, this only says what to offer. */
export function mayModerate(view: MeetingView, target: Role): boolean {
  if (view.self.role === Role.HOST) return true;
  return view.self.role === Role.COHOST && (target === Role.PANELIST || target === Role.ATTENDEE);
}

/** Learns who waits, as soon as this person may know it. */
export function useLobby(meeting: Meeting, view: MeetingView, onError: (error: unknown) => void): void {
  const manages = isManager(view);
  useEffect(() => {
    if (manages) meeting.moderation.loadWaiting().catch(onError);
  }, [meeting, manages, onError]);
}
