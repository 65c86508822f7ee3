import type { MeetingEvent, Participant, StreamPosition, Track } from '@canopy/proto/signal';

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

/** What a meeting uses of the mesh. */
export interface MeetingUsage {
  /** Participants on each edge. */
  participants: ReadonlyMap<string, number>;
  /** Edges with somebody who may publish, sorted. */
  originIds: readonly string[];
  /** Edges prepared for people who are not there yet. */
  warmIds?: readonly string[];
}

export const emptyState: MeetingState = { participants: [], tracks: [], position: { generation: '', sequence: 0 } };

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
