import type { RaisedHand } from '@canopy/proto/reactions';
import { type RecordingNotice, RecordingStatus } from '@canopy/proto/recording';
import type { MeetingEvent, Participant, StreamPosition, Track } from '@canopy/proto/signal';

/** Everybody in a plain meeting, or on the stage of a webinar: a snapshot may hold them all. */
export const mostParticipants = 1_000;

/**
 * A plain meeting lists the first so many, whatever they do. Who comes to a full list is counted, its crowd, until others need to
 * know them: hosts and cohosts, whoever publishes, raises a hand or is spotlit, and in the order in which they came as many as fit once half of the
 * list is gone.
 */
export const mostListed = 200;

/** What everybody in a meeting may know of it, at one position of its event stream. Tracks are in the order of publication. */
export interface MeetingState {
  /** Those who are listed: of a webinar the stage, of a large meeting all but its crowd. */
  participants: readonly Participant[];
  /** Those who are counted: the attendees of a webinar, or that crowd. */
  attendeeCount: number;
  tracks: readonly Track[];
  /** In the order in which they were raised. */
  hands: readonly RaisedHand[];
  position: StreamPosition;
  /** Undefined: it is not being recorded. */
  recording?: RecordingNotice | undefined;
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

export const emptyState: MeetingState = {
  participants: [],
  attendeeCount: 0,
  tracks: [],
  hands: [],
  position: { generation: '', sequence: 0 },
};

/** The next position, which goes by the same string while the stream is the same: whoever keeps one keeps no string of its own. */
function following({ generation }: StreamPosition, next: StreamPosition): StreamPosition {
  return next.generation === generation ? { generation, sequence: next.sequence } : next;
}

/** Whether a position is the other one or later in the same stream. */
export function isAtLeast(position: StreamPosition, other: StreamPosition): boolean {
  return position.generation === other.generation && position.sequence >= other.sequence;
}

/** The state after one more event. The event must be the next of the same stream. */
export function applyEvent(state: MeetingState, event: MeetingEvent): MeetingState {
  const position = event.position === undefined ? state.position : following(state.position, event.position);
  const { participants, tracks } = state;
  const participant = event.participantJoined ?? event.participantUpdated;
  const hands = participant === undefined ? state.hands : renamed(state.hands, participant);
  if (event.ofAttendee === true) {
    return { ...state, hands, attendeeCount: state.attendeeCount + attendeesMore(event), position };
  }
  if (participant !== undefined) return { ...state, participants: put(participants, participant), hands, position };
  if (event.participantLeft !== undefined) {
    return { ...state, participants: without(participants, event.participantLeft.participantId), position };
  }
  const track = event.trackPublished ?? event.trackUpdated;
  if (track !== undefined) return { ...state, tracks: put(tracks, track), position };
  if (event.trackUnpublished !== undefined) {
    return { ...state, tracks: without(tracks, event.trackUnpublished.trackId), position };
  }
  const { recordingChanged } = event;
  if (recordingChanged !== undefined) {
    const over = recordingChanged.status === RecordingStatus.STOPPED;
    return { ...state, recording: over ? undefined : recordingChanged, position };
  }
  const { handRaised, handLowered } = event;
  if (handRaised !== undefined) return { ...state, hands: [...state.hands, handRaised], position };
  if (handLowered !== undefined) {
    const left = state.hands.filter(({ participantId }) => participantId !== handLowered.participantId);
    return { ...state, hands: left, position };
  }
  return event.meetingEnded === undefined ? { ...state, position } : { ...emptyState, position };
}

function attendeesMore({ participantJoined, participantLeft }: MeetingEvent): number {
  if (participantJoined !== undefined) return 1;
  return participantLeft === undefined ? 0 : -1;
}

/** A raised hand goes by the name of whose it is. */
function renamed(hands: readonly RaisedHand[], { id, name }: Participant): readonly RaisedHand[] {
  if (!hands.some((hand) => hand.participantId === id && hand.name !== name)) return hands;
  return hands.map((hand) => (hand.participantId === id ? { ...hand, name } : hand));
}

function put<T extends { id: string }>(list: readonly T[], item: T): T[] {
  return list.some(({ id }) => id === item.id)
    ? list.map((known) => (known.id === item.id ? item : known))
    : [...list, item];
}

function without<T extends { id: string }>(list: readonly T[], id: string): T[] {
  return list.filter((item) => item.id !== id);
}
