import type { MeetingEvent, Participant, StreamPosition, Track } from '@canopy/proto/signal';
import { wireRoleCanPublish } from './roles.ts';

/** What lives of a meeting, at one position of its event stream. Tracks are in the order of publication. */
export interface MeetingState {
  participants: readonly Participant[];
  tracks: readonly Track[];
  position: StreamPosition;
}

/** A change of that state: the events it appended, in order. None if nothing changed. */
export interface Change {
  events: readonly MeetingEvent[];
}

/** Participants on each edge. */
export function participantsByEdge(participants: readonly Participant[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { edgeId } of participants) counts.set(edgeId, (counts.get(edgeId) ?? 0) + 1);
  return counts;
}

/** Edges with somebody who may publish. */
export function originsOf(participants: readonly Participant[]): string[] {
  const origins = participants.filter(({ role }) => wireRoleCanPublish(role)).map(({ edgeId }) => edgeId);
  return [...new Set(origins)].sort();
}

/** The state after one more event. The event must be the next of the same stream. */
export function applyEvent(state: MeetingState, event: MeetingEvent): MeetingState {
  const position = event.position ?? state.position;
  const { participants, tracks } = state;
  const participant = event.participantJoined ?? event.participantUpdated;
  if (participant !== undefined) return { participants: put(participants, participant), tracks, position };
  if (event.participantLeft !== undefined) {
    return { participants: without(participants, event.participantLeft.participantId), tracks, position };
  }
  const track = event.trackPublished ?? event.trackUpdated;
  if (track !== undefined) return { participants, tracks: put(tracks, track), position };
  if (event.trackUnpublished !== undefined) {
    return { participants, tracks: without(tracks, event.trackUnpublished.trackId), position };
  }
  return event.meetingEnded === undefined ? { ...state, position } : { participants: [], tracks: [], position };
}

function put<T extends { id: string }>(list: readonly T[], item: T): T[] {
  return list.some(({ id }) => id === item.id)
    ? list.map((known) => (known.id === item.id ? item : known))
    : [...list, item];
}

function without<T extends { id: string }>(list: readonly T[], id: string): T[] {
  return list.filter((item) => item.id !== id);
}
