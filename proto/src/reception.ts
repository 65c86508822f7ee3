/** Told of each to all, how the meeting reaches them would be most of what a larger stage hears. */
const mostToldOfEach = 100;

/**
 * Whether everybody is told how the meeting reaches each of those on stage (`Participant.networkQuality`, `seesTrackId`). Where
 * they are more they are counted, as the attendees of a webinar are, and what was told of them before is not kept up.
 */
export function isToldOfEach(onStage: number): boolean {
  return onStage <= mostToldOfEach;
}
