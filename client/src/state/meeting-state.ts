import type {
  AttendeePage,
  Joined,
  MeetingEvent,
  MeetingSnapshot,
  Participant,
  ReceptionCounts,
  StreamPosition,
  Track,
} from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';

/** Who is in the meeting and what they publish, at one position of its event stream: only `attendees` may be behind it. Never changed in place: a new state is a new object, and parts that did not change stay the same objects. */
export interface MeetingState {
  readonly meetingId: string;
  readonly title: string;
  readonly mode: 'meeting' | 'webinar';
  /** By participant id, those who are listed: of a webinar who may publish, in a large meeting all but its crowd. */
  readonly participants: ReadonlyMap<string, Participant>;
  /** Those who are counted: the attendees of a webinar, or that crowd. */
  readonly attendeeCount: number;
  /** Those of them that are known here, by participant id: of pages that were loaded, and, for who is told of each, who came or changed since. An attendee of a webinar learns of none. */
  readonly attendees: ReadonlyMap<string, Participant>;
  /** What happened to attendees since: {@link withAttendeeNews} heeds it. */
  readonly attendeeNews: readonly MeetingEvent[];
  /** Where the next page of attendees begins; null: all of them are known. */
  readonly nextAttendees: string | null;
  /** What was told of it last; null: nothing yet. */
  readonly reception: ReceptionCounts | null;
  /** By track id. */
  readonly tracks: ReadonlyMap<string, Track>;
  readonly position: StreamPosition;
  readonly ended: boolean;
}

/** `outdated`: the event belongs to another generation of the stream, so this state must be replaced by a snapshot. */
export type Applied = { readonly state: MeetingState; readonly outdated: boolean };

/** The meeting as it is told to who joins. Errors: MALFORMED_MESSAGE. */
export function snapshotOf({ meeting }: Joined): MeetingSnapshot {
  if (meeting === undefined) throw new CanopyError('MALFORMED_MESSAGE');
  return meeting;
}

export function fromSnapshot(snapshot: MeetingSnapshot): MeetingState {
  return {
    meetingId: snapshot.meetingId,
    title: snapshot.title,
    mode: snapshot.webinar ? 'webinar' : 'meeting',
    participants: new Map(snapshot.participants.map((participant) => [participant.id, participant])),
    attendeeCount: snapshot.attendeeCount,
    attendees: new Map(),
    attendeeNews: [],
    nextAttendees: '',
    reception: null,
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

/** The state with the attendees at its position. All that are known are copied: it is for when they are shown, not for each that comes. */
export function withAttendeeNews(state: MeetingState): MeetingState {
  const { attendees, attendeeNews } = state;
  if (attendeeNews.length === 0) return state;
  return { ...state, attendees: attendeesAfter(attendees, attendeeNews), attendeeNews: [] };
}

/**
 * Adds a page of attendees. The page shows the meeting at its own position, which may be later or earlier than the state's:
 * `since` are the events that came after it was asked for, and those it does not know yet happen to it as well. The first page
 * takes the place of what was known: who is not told of each attendee asks for it anew.
 */
export function withAttendees(
  state: MeetingState,
  page: AttendeePage,
  since: readonly MeetingEvent[],
  isFirst = false,
): MeetingState {
  const { position } = page;
  if (position?.generation !== state.position.generation) return state;
  const news = since.filter((event) => (event.position?.sequence ?? 0) > position.sequence);
  const known = withAttendeeNews(state);
  const read = page.attendees.map((one) => [one.id, one] as const);
  const attendees = attendeesAfter(isFirst ? read : [...known.attendees, ...read], news);
  return { ...known, attendees, nextAttendees: page.nextCursor === '' ? null : page.nextCursor };
}

/** As it is told to who is told of no attendee: whoever came or went since a last page was loaded is found from the first on. */
export function withAttendeeCount(state: MeetingState, attendeeCount: number): MeetingState {
  return { ...state, attendeeCount, nextAttendees: state.nextAttendees ?? '' };
}

function changeOf(state: MeetingState, event: MeetingEvent): Partial<MeetingState> {
  if (event.ofAttendee === true) {
    const attendeeNews = [...state.attendeeNews, event];
    return { attendeeNews, attendeeCount: state.attendeeCount + attendeesMore(event) };
  }
  const participant = event.participantJoined ?? event.participantUpdated;
  if (participant !== undefined) {
    const { attendees } = state;
    // Whoever is not told of each attendee is not told that one of them is listed now in any other way.
    const unlisted = attendees.has(participant.id) ? { attendees: without(attendees, participant.id) } : {};
    return { participants: withEntry(state.participants, participant), ...unlisted };
  }
  const track = event.trackPublished ?? event.trackUpdated;
  if (track !== undefined) return { tracks: withEntry(state.tracks, track) };
  if (event.trackUnpublished !== undefined) return { tracks: without(state.tracks, event.trackUnpublished.trackId) };
  if (event.participantLeft !== undefined) return withoutParticipant(state, event.participantLeft.participantId);
  if (event.meetingUpdated !== undefined) return { title: event.meetingUpdated.title };
  if (event.meetingEnded !== undefined) return { ended: true };
  return {};
}

/** The state with an attendee by another name, if it knows it at all. */
export function withAttendeeName(state: MeetingState, participantId: string, name: string): MeetingState {
  const known = state.attendees.get(participantId);
  if (known === undefined || known.name === name) return state;
  return { ...state, attendees: new Map(state.attendees).set(participantId, { ...known, name }) };
}

function attendeesAfter(
  before: Iterable<readonly [string, Participant]>,
  events: readonly MeetingEvent[],
): ReadonlyMap<string, Participant> {
  const attendees = new Map(before);
  for (const { ofAttendee, participantJoined, participantUpdated, participantLeft } of events) {
    const one = participantJoined ?? participantUpdated;
    if (one !== undefined && ofAttendee !== true) attendees.delete(one.id);
    else if (one !== undefined) attendees.set(one.id, one);
    else if (participantLeft !== undefined) attendees.delete(participantLeft.participantId);
  }
  return attendees;
}

function attendeesMore({ participantJoined, participantLeft }: MeetingEvent): number {
  if (participantJoined !== undefined) return 1;
  return participantLeft === undefined ? 0 : -1;
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
