import type { MeetingEvent, MeetingSnapshot } from '@canopy/proto/signal';
import type { MeetingState } from './meeting-state.ts';

type Known = Pick<MeetingState, 'tracks'>;

/** A track that is updated without being muted or unmuted reaches its viewers another way than before. Returns its id. */
export function reroutedBy({ trackUpdated }: MeetingEvent, { tracks }: Known): string | undefined {
  if (trackUpdated === undefined || tracks.get(trackUpdated.id)?.muted !== trackUpdated.muted) return undefined;
  return trackUpdated.id;
}

/** The ids of the tracks in a snapshot that are new, or come from another edge than was known: how is not told. */
export function reroutedIn(snapshot: MeetingSnapshot, { tracks }: Known): string[] {
  const moved = snapshot.tracks.filter(({ id, originEdgeId }) => tracks.get(id)?.originEdgeId !== originEdgeId);
  return moved.map(({ id }) => id);
}
