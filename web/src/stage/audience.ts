import { isToldOfEach, type MeetingView, type Participant, Role, TrackSource } from '@canopy/client';

/** Who has a picture of one's own shared screen, by their own word. */
export interface ScreenAudience {
  /** How many have, of how many who said whether. */
  seen: number;
  asked: number;
  /** Those who are known by name. */
  seeing: readonly Participant[];
  /** They said that they see no screen. */
  missing: readonly Participant[];
  /** A large audience is counted: how many, of all in the meeting, have a weak connection. Null where it is not. */
  weak: number | null;
}

/** Null while nothing is shared. Nowhere is who has said nothing, and who sees another screen: each tells of one, and may see both. */
export function screenAudience(view: MeetingView): ScreenAudience | null {
  const own = [...view.tracks.values()].find(
    ({ participantId, source }) => participantId === view.self.participantId && source === TrackSource.SCREEN,
  );
  if (own === undefined) return null;
  const named = namedAudience(view, own.id);
  return { ...named, ...(countedAudience(view, own.id) ?? countOf(named)) };
}

type Named = Pick<ScreenAudience, 'seeing' | 'missing'>;
type Counted = Omit<ScreenAudience, keyof Named>;

/** Nobody where the meeting is so large that this is not told of each. */
function namedAudience({ self, participants }: MeetingView, trackId: string): Named {
  if (!isToldOfEach(participants.size)) return { seeing: [], missing: [] };
  const asked = [...participants.values()].filter(
    ({ id, role }) => id !== self.participantId && role !== Role.ATTENDEE,
  );
  return {
    seeing: asked.filter(({ seesTrackId }) => seesTrackId === trackId),
    missing: asked.filter(({ seesTrackId }) => seesTrackId === ''),
  };
}

/** Undefined where nobody counts, or the screen is not yet known to who does. */
function countedAudience({ mode, participants, reception }: MeetingView, trackId: string): Counted | undefined {
  if (mode === 'meeting' && isToldOfEach(participants.size)) return undefined;
  const seen = reception?.screens.find((screen) => screen.trackId === trackId)?.count;
  if (reception === null || seen === undefined) return undefined;
  const [hardly = 0, poorly = 0] = reception.byQuality;
  return { seen, asked: seen + reception.seeingNone, weak: hardly + poorly };
}

function countOf({ seeing, missing }: Named): Counted {
  return { seen: seeing.length, asked: seeing.length + missing.length, weak: null };
}
