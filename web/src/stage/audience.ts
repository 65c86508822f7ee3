import { type MeetingView, type Participant, Role, TrackSource } from '@canopy/client';

/** Who has a picture of one's own shared screen, by their own word. */
export interface ScreenAudience {
  seeing: readonly Participant[];
  /** They said that they don't. */
  missing: readonly Participant[];
  /** How many watch a webinar: they are not asked. */
  watching: number;
}

/** Null while nothing is shared. Who has said nothing, such as everybody in a large meeting, is in neither list. */
export function screenAudience({ self, participants, tracks, attendeeCount }: MeetingView): ScreenAudience | null {
  const own = [...tracks.values()].find(
    ({ participantId, source }) => participantId === self.participantId && source === TrackSource.SCREEN,
  );
  if (own === undefined) return null;
  const asked = [...participants.values()].filter(
    ({ id, role, seesTrackId }) => id !== self.participantId && role !== Role.ATTENDEE && seesTrackId !== undefined,
  );
  return {
    seeing: asked.filter(({ seesTrackId }) => seesTrackId === own.id),
    missing: asked.filter(({ seesTrackId }) => seesTrackId !== own.id),
    watching: attendeeCount,
  };
}
