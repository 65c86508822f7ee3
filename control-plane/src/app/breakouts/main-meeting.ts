import type { LiveSession } from '../session/live-session.ts';

/** The meeting whose breakout rooms concern somebody: the one it is in, or the one that its room belongs to. */
export function mainMeetingOf({ meetingId, profile }: Pick<LiveSession, 'meetingId' | 'profile'>): string {
  return profile.parentId ?? meetingId;
}
