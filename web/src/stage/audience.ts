import { type MeetingView, type Participant, Role, TrackSource } from '@canopy/client';

/** Who has a picture of one's own shared screen, by their own word. */
export interface ScreenAudience {
  seeing: readonly Participant[];
  /** They said that they see no screen. */
  missing: readonly Participant[];
  /** How many watch a webinar: they are not asked. */
  watching: number;
}

/** Null while nothing is shared. In neither list is who has said nothing, as everybody in a large meeting, and who sees another screen: each tells of one, and may see both. */
export function screenAudience({ self, participants, tracks, attendeeCount }: MeetingView): ScreenAudience | null {
  const own = [...tracks.values()].find(
    ({ participantId, source }) => participantId === self.participantId && source === TrackSource.SCREEN,
  );
  if (own === undefined) return null;
  const asked = [...participants.values()].filter(
    ({ id, role }) => id !== self.participantId && role !== Role.ATTENDEE,
  );
  return {
    seeing: asked.filter(({ seesTrackId }) => seesTrackId === own.id),
    missing: asked.filter(({ seesTrackId }) => seesTrackId === ''),
    watching: attendeeCount,
  };
}
