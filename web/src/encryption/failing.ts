import type { MeetingView, Participant } from '@canopy/client';

/** Whose tracks can't be decrypted, and whether anything of the others arrives, which can be. */
export function failingOf(
  { participants, tracks, received }: Pick<MeetingView, 'participants' | 'tracks' | 'received'>,
  failures: Iterable<string>,
): { people: Participant[]; othersArrive: boolean } {
  const failing = new Set([...failures].map((trackId) => tracks.get(trackId)?.participantId));
  const othersArrive = [...received.keys()].some((trackId) => {
    const track = tracks.get(trackId);
    return track !== undefined && !track.muted && !failing.has(track.participantId);
  });
  return { people: [...participants.values()].filter(({ id }) => failing.has(id)), othersArrive };
}
