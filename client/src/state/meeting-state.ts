import type { MeetingEvent, MeetingSnapshot, Participant, StreamPosition, Track } from '@canopy/proto/signal';

/** Who is in the meeting and what they publish, at one position of its event stream. Never changed in place: a new state is a new object, and parts that did not change stay the same objects. */
export interface MeetingState {
  readonly meetingId: string;
  readonly title: string;
  /** By participant id. */
  readonly participants: ReadonlyMap<string, Participant>;
  /** By track id. */
  readonly tracks: ReadonlyMap<string, Track>;
  readonly position: StreamPosition;
  readonly ended: boolean;
}

/** `outdated`: the event belongs to another generation of the stream, so this state must be replaced by a snapshot. */
export type Applied = { readonly state: MeetingState; readonly outdated: boolean };

export function fromSnapshot(snapshot: MeetingSnapshot): MeetingState {
  return {
    meetingId: snapshot.meetingId,
    title: snapshot.title,
    participants: new Map(snapshot.participants.map((participant) => [participant.id, participant])),
    tracks: new Map(snapshot.tracks.map((track) => [track.id, track])),
    position: snapshot.position ?? { generation: '', sequence: 0 },
    ended: false,
  };
}

/** Applies an event once: one at or before the state's position changes nothing. */
export function applyEvent(state: MeetingState, event: MeetingEvent): Applied {
  const position = event.position;
  if (position === undefined || position.generation !== state.position.generation) return { state, outdated: true };
  if (position.sequence <= state.position.sequence) return { state, outdated: false };
  return { state: { ...state, ...changeOf(state, event), position }, outdated: false };
}

function changeOf(state: MeetingState, event: MeetingEvent): Partial<MeetingState> {
  const participant = event.participantJoined ?? event.participantUpdated;
  if (participant !== undefined) return { participants: withEntry(state.participants, participant) };
  const track = event.trackPublished ?? event.trackUpdated;
  if (track !== undefined) return { tracks: withEntry(state.tracks, track) };
  if (event.trackUnpublished !== undefined) return { tracks: without(state.tracks, event.trackUnpublished.trackId) };
  if (event.participantLeft !== undefined) return withoutParticipant(state, event.participantLeft.participantId);
  if (event.meetingEnded !== undefined) return { ended: true };
  return {};
}

function withoutParticipant({ participants, tracks }: MeetingState, participantId: string): Partial<MeetingState> {
  return {
    participants: without(participants, participantId),
    tracks: new Map([...tracks].filter(([, track]) => track.participantId !== participantId)),
  };
}

function withEntry<T extends { id: string }>(map: ReadonlyMap<string, T>, entry: T): ReadonlyMap<string, T> {
  return new Map(map).set(entry.id, entry);
}

function without<T>(map: ReadonlyMap<string, T>, id: string): ReadonlyMap<string, T> {
  const copy = new Map(map);
  copy.delete(id);
  return copy;
}
