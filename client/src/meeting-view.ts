import type { TrackSource } from '@canopy/proto/media';
import { type Edge, type Joined, type Participant, type ReceptionCounts, Role, type Track } from '@canopy/proto/signal';
import type { LocalTrack } from './media/local-tracks.ts';
import type { MediaState } from './media/media-session.ts';
import type { ConnectionState } from './signal/signal-connection.ts';
import type { MeetingState } from './state/meeting-state.ts';

/** Everything an application shows of a meeting, at one moment. Immutable: parts that did not change stay the same objects. */
export interface MeetingView {
  readonly meetingId: string;
  /** The meeting that was joined: another one than `meetingId` while this participant is in a breakout room. */
  readonly mainMeetingId: string;
  readonly title: string;
  /** A webinar has a stage and an audience. */
  readonly mode: 'meeting' | 'webinar';
  /** The meeting, a breakout room or the main meeting, to which this participant is being moved: shown as soon as media flows there. */
  readonly arriving: { readonly meetingId: string; readonly title: string } | null;
  /** Signaling. */
  readonly connection: ConnectionState;
  readonly media: MediaState;
  readonly self: {
    readonly participantId: string;
    /** What others know this participant by. '': not known, where a server of the version before does not tell attendees. */
    readonly name: string;
    readonly role: Role;
    readonly edge: Edge | undefined;
    /** What this participant publishes, by source. */
    readonly published: ReadonlyMap<TrackSource, LocalTrack>;
  };
  /** By participant id, those who are listed: of a webinar who may publish; in a meeting all but its crowd, which begins beyond 200 people and of which is nobody who keeps order, publishes, or raises a hand. This participant is among them unless it is counted itself. */
  readonly participants: ReadonlyMap<string, Participant>;
  /** How many there are besides the participants: the attendees of a webinar, or that crowd. */
  readonly attendeeCount: number;
  /** Those of them that are known here, by participant id (`loadAttendees`). To an attendee of a webinar it is at most itself. Who is neither host nor cohost knows a meeting's crowd as it was when it was loaded. */
  readonly attendees: ReadonlyMap<string, Participant>;
  /** Whether `loadAttendees` would bring more. Always false for attendees of a webinar, who may not know each other. */
  readonly moreAttendees: boolean;
  /** How many a webinar or a large meeting reaches, and how well, with the viewers of each shared screen: for hosts, cohosts and who shares one, as it was told last. */
  readonly reception: ReceptionCounts | null;
  /** By track id; includes this participant's own. */
  readonly tracks: ReadonlyMap<string, Track>;
  /** Media of the tracks being received, by track id. */
  readonly received: ReadonlyMap<string, MediaStreamTrack>;
  /** Ids of the participants heard right now; only those whose audio is received. */
  readonly activeSpeakers: ReadonlySet<string>;
}

/** What is shown from the first moment on and is not told by the server. */
export interface ShownOnJoin {
  connection: ConnectionState;
  published: MeetingView['self']['published'];
}

/** What there is to show when the meeting has just been joined, and media does not flow yet. */
export function viewOnJoin(state: MeetingState, joined: Joined, { connection, published }: ShownOnJoin): MeetingView {
  return {
    ...shownOf(state, joined.role),
    mainMeetingId: state.meetingId,
    arriving: null,
    connection,
    media: 'connecting',
    self: namedIn(state, { name: '', ...identityOf(joined), published }),
    received: new Map(),
    activeSpeakers: new Set(),
  };
}

/** The part of the state that is shown to a participant with this role. */
export function shownOf(state: MeetingState, role: Role) {
  const { meetingId, title, mode, participants, attendeeCount, attendees, nextAttendees, reception, tracks } = state;
  const mayKnow = mode === 'meeting' || role !== Role.ATTENDEE;
  const moreAttendees = mayKnow && nextAttendees !== null && attendees.size < attendeeCount;
  return { meetingId, title, mode, participants, attendeeCount, attendees, moreAttendees, reception, tracks };
}

/** Who this participant is, and where; without a name where a server of the version before tells none. */
export function identityOf({ participantId, role, edge, name }: Joined) {
  return { participantId, role, edge, ...(name !== undefined && { name }) };
}

/** This participant by the name it has in this state: what it was told on joining may be an older one. */
export function namedIn({ participants, attendees }: MeetingState, self: MeetingView['self']): MeetingView['self'] {
  const known = participants.get(self.participantId) ?? attendees.get(self.participantId);
  const name = known?.name ?? self.name;
  return name === self.name ? self : { ...self, name };
}
