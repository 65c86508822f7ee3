import { type MeetingView, Role, TrackSource } from '@canopy/client';

/** How many of those on stage have a picture of one's own shared screen, by their own word; null while nothing is shared. The audience of a webinar is not asked. */
export function screenAudience({ self, participants, tracks }: MeetingView): { seeing: number; all: number } | null {
  const own = [...tracks.values()].find(
    ({ participantId, source }) => participantId === self.participantId && source === TrackSource.SCREEN,
  );
  if (own === undefined) return null;
  const others = [...participants.values()].filter(
    ({ id, role }) => id !== self.participantId && role !== Role.ATTENDEE,
  );
  return { seeing: others.filter(({ seesTrackId }) => seesTrackId === own.id).length, all: others.length };
}
