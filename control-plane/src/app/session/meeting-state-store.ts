import type { RecordingNotice } from '@canopy/proto/recording';
import type { LeaveReason, MeetingEvent, Participant, StreamPosition, Track } from '@canopy/proto/signal';
import type { MeetingProfile } from '../../core/meeting/meeting.ts';
import type { RoleName } from '../../core/meeting/roles.ts';
import type { MediaSession } from '../../core/meeting/session.ts';
import type { Change, MeetingState, MeetingUsage } from '../../core/meeting/state.ts';
import type { MeetingPlan } from '../../core/routing/meeting-plan.ts';

/** A connection of a participant, and what lets it come back. */
export interface Connection {
  id: string;
  /** SHA-256 of its resume token. */
  resumeHash: string;
}

export interface Arrival extends Change {
  /** What the participant had before, if it was in the meeting already. */
  previous: { session: MediaSession; connectionId: string; movedFrom: MediaSession | undefined } | undefined;
  /** What the meeting goes by now: as given, or newer. */
  profile: MeetingProfile;
  /** Epoch of the plan in force; 0 if there is none. */
  planEpoch: number;
}

export interface Return extends Change {
  position: StreamPosition;
  /** Every event since the position the client knew, of those it is told; undefined if the stream does not reach back so far. */
  missed: readonly MeetingEvent[] | undefined;
  profile: MeetingProfile;
  participant: Participant;
  session: MediaSession;
  /** The session it is moving away from, if a move is under way. */
  movedFrom: MediaSession | undefined;
  previousConnectionId: string | undefined;
}

/** What a participant that is gone leaves behind on edges. */
export interface LeftBehind {
  session: MediaSession;
  movedFrom: MediaSession | undefined;
}

export interface Departure extends Change, LeftBehind {}

export interface Sweep extends Change {
  removed: readonly ({ participantId: string } & LeftBehind)[];
  /** Participants still in the meeting. */
  left: number;
}

/** What a meeting uses of the mesh and the plan in force; the profile is there once somebody has joined. */
export interface MeetingNow {
  usage: MeetingUsage;
  plan: MeetingPlan | undefined;
  profile: MeetingProfile | undefined;
}

export interface Renewal {
  /** Of the meeting's event stream; '' if there is none. */
  generation: string;
  /** Participants that have another connection by now. */
  replaced: readonly string[];
  /** Participants that are no longer in the meeting. */
  gone: readonly string[];
}

export interface AttendeePage {
  attendees: readonly Participant[];
  /** Undefined: there are no more. */
  nextCursor: string | undefined;
  position: StreamPosition;
}

/** What others see of somebody beside name, role and tracks. */
export type Description = Partial<
  Pick<Participant, 'networkQuality' | 'spotlight' | 'spotlightBy' | 'seesTrackId' | 'clockAheadMs'>
>;

/** A participant as a replica remembers it. */
export interface Restorable {
  participant: Participant;
  /** It is counted, and not listed. */
  counted?: true;
  /** Absent where another replica holds its connection, and knows more. */
  held?: { session: MediaSession; connection: Connection };
  tracks: readonly Track[];
  /** Among the raised hands, from 1. */
  handPlace: number | undefined;
}

/**
 * What lives of meetings. Every change is atomic with the events it appends. All methods fail with STATE_UNAVAILABLE
 * (retryable) while the store is away or knows nothing of the meeting, and in bounded time. A {@link join}, {@link resume},
 * {@link publish} or {@link beginMove} that fails so, for no answer came in time, does not happen later either.
 */
export interface MeetingStateStore {
  /** What everybody may know at one moment; empty with generation '' if nobody ever joined. */
  read(meetingId: string): Promise<MeetingState>;
  /** What the meeting uses of the mesh, and the plan in force, at one moment. */
  usage(meetingId: string): Promise<MeetingNow>;
  /** The media session of one participant, if it is in the meeting. Here and wherever sessions come from the store, its decision is in brief. */
  session(meetingId: string, participantId: string): Promise<MediaSession | undefined>;
  /** The same with all that was considered when it was placed; in brief, too, after the store lost its memory. */
  placement(meetingId: string, participantId: string): Promise<MediaSession | undefined>;
  participantCount(meetingId: string): Promise<number>;
  /** Whether those in it were told that it is being recorded. */
  isRecorded(meetingId: string): Promise<boolean>;
  /** Meetings, and breakout rooms, that somebody is in, or was a moment ago. */
  inhabited(): Promise<readonly string[]>;
  /** Those who are counted, attendees of a webinar or the crowd of a meeting, in the order in which they came; `cursor` is of the page before. Errors: BAD_REQUEST (no cursor of ours). */
  attendees(meetingId: string, cursor: string | undefined, limit: number): Promise<AttendeePage>;
  /** Listed and counted, in no order: for plain meetings, where that is a thousand at most. */
  everybody(meetingId: string): Promise<readonly Participant[]>;
  participant(meetingId: string, participantId: string): Promise<Participant | undefined>;
  /** The role somebody was given after joining, which it keeps when it joins again. */
  givenRole(meetingId: string, participantId: string): Promise<RoleName | undefined>;
  /** Returns the participant as it is then. The tracks of who becomes an attendee end. Errors: PARTICIPANT_NOT_FOUND, MEETING_FULL (no room on the stage). */
  setRole(meetingId: string, participantId: string, role: RoleName): Promise<Change & { now: Participant }>;
  /** What somebody will be who joins again: it was given that in a meeting beside this one. */
  keepRole(meetingId: string, participantId: string, role: RoleName): Promise<void>;
  /** Returns the participant as it is then. Who joins again with the token of before keeps the name. Errors: PARTICIPANT_NOT_FOUND. */
  rename(meetingId: string, participantId: string, name: string): Promise<Change & { now: Participant }>;
  /** What somebody is called who joins again with the token of before: they were given that name in a meeting beside this one, where they were called `before`. */
  keepName(meetingId: string, participantId: string, before: string, name: string): Promise<void>;
  /** Changes what is seen of somebody who is listed, as whoever is spotlit in a meeting becomes; nothing is told where nothing differs. Errors: PARTICIPANT_NOT_FOUND. */
  describe(meetingId: string, participantId: string, fields: Description): Promise<Change>;
  /** What the meeting goes by from now on; an older profile changes nothing. Errors: MEETING_ENDED. */
  setProfile(meetingId: string, profile: MeetingProfile): Promise<Change>;
  /** What everybody, and who joins later, is told of its being recorded; told only if it changes. Of several notices that of the highest revision stays, in whichever order they come. Errors: MEETING_ENDED. */
  setRecording(meetingId: string, notice: RecordingNotice, revision: number): Promise<Change>;
  /** Tells events that change nothing of the state, each to its audience. Errors: MEETING_ENDED, STATE_UNAVAILABLE. */
  tell(meetingId: string, events: readonly MeetingEvent[]): Promise<Change>;
  /** Raising twice is raising once. Errors: PARTICIPANT_NOT_FOUND. */
  raiseHand(meetingId: string, participantId: string): Promise<Change>;
  /** Nothing happens where none is raised. It also happens to who leaves, and who gets another role. */
  lowerHand(meetingId: string, participantId: string): Promise<Change>;
  /** Enters a participant, or replaces it when it joins again. `session` comes with its whole decision. Who is transferred from a meeting beside this one finds room, and keeps the role it comes with. Errors: MEETING_ENDED, MEETING_FULL. */
  join(
    meetingId: string,
    profile: MeetingProfile,
    participant: Participant,
    session: MediaSession,
    connection: Connection,
    transferred: boolean,
  ): Promise<Arrival>;
  /** Gives a participant a new connection and resume token. Errors: RESUME_REFUSED, MEETING_ENDED. */
  resume(
    meetingId: string,
    participantId: string,
    resumeHash: string,
    connection: Connection,
    known: StreamPosition | undefined,
  ): Promise<Return>;
  /** Its connection is gone; it has the grace time to come back. A connection replaced since is ignored. */
  disconnect(meetingId: string, participantId: string, connectionId: string): Promise<Change>;
  /** These connections, by participant id, still live. */
  renew(meetingId: string, connections: ReadonlyMap<string, string>): Promise<Renewal>;
  /** The connection that a participant has by now: '' while it has none, undefined if it is not in the meeting. */
  connectionOf(meetingId: string, participantId: string): Promise<string | undefined>;
  /** `connectionId`: the one it leaves by; whichever it has, where somebody else says so. Errors: REPLACED (it has another one by now), PARTICIPANT_NOT_FOUND. */
  leave(meetingId: string, participantId: string, reason: LeaveReason, connectionId?: string): Promise<Departure>;
  /** Takes back a join of which nobody knows whether it was made; does nothing if it was not, or another connection took its place. */
  withdraw(meetingId: string, participantId: string, connectionId: string): Promise<Change>;
  /** Removes everybody whose presence ran out. Any replica may do it at any time. */
  sweep(meetingId: string): Promise<Sweep>;
  /** Meetings due to be swept, at most `limit`. */
  dueMeetings(limit: number): Promise<readonly string[]>;
  /** Errors: PARTICIPANT_NOT_FOUND, FORBIDDEN (attendees), TRACK_LIMIT_REACHED (also for a second track of the same source). */
  publish(meetingId: string, track: Track): Promise<Change>;
  /** Errors: TRACK_NOT_FOUND, also for a track of somebody else. */
  unpublish(meetingId: string, participantId: string, trackId: string): Promise<Change>;
  /** Errors: TRACK_NOT_FOUND, also for a track of somebody else. */
  setMuted(meetingId: string, participantId: string, trackId: string, muted: boolean): Promise<Change>;
  /** The participant's media is on `session`, which comes with its whole decision, from now on; the one before lives beside it until {@link endMove}. Errors: REPLACED (it has another connection), PARTICIPANT_NOT_FOUND. */
  beginMove(
    meetingId: string,
    participantId: string,
    connectionId: string,
    session: MediaSession,
    region: string,
  ): Promise<Change & { cutShort: MediaSession | undefined }>;
  /** Tracks that were published on `fromEdgeId` and not taken along are gone. Errors: PARTICIPANT_NOT_FOUND. */
  endMove(meetingId: string, participantId: string, fromEdgeId: string): Promise<Change>;
  /** The track's media comes from another session now. Errors: TRACK_NOT_FOUND, also for a track of somebody else. */
  moveTrack(
    meetingId: string,
    participantId: string,
    trackId: string,
    originEdgeId: string,
    muted: boolean,
  ): Promise<Change>;
  /** Tells everybody to subscribe anew to the tracks of these origins, and to these tracks. */
  announceTracks(
    meetingId: string,
    which: { originEdgeIds?: readonly string[]; trackIds?: readonly string[] },
  ): Promise<Change>;
  /** Forgets everything but that the meeting ended. Returns the edges it used. */
  end(meetingId: string): Promise<Change & { edgeIds: readonly string[] }>;
  /** Puts back what a replica still knows, as of `known`, after the store lost its memory or the newest of it. Who is held by nobody soon leaves. */
  restore(
    meetingId: string,
    profile: MeetingProfile,
    known: StreamPosition,
    participants: readonly Restorable[],
  ): Promise<Change>;
}

/** The event streams of meetings. */
export interface EventStream {
  /** Where each stream stands; undefined for one that is not there. */
  positions(meetingIds: readonly string[]): Promise<readonly (StreamPosition | undefined)[]>;
  /** Events after a position, in order; undefined if the stream is another one or does not reach back so far. A position without a generation is before the first event of whichever there is. */
  since(meetingId: string, position: StreamPosition): Promise<readonly MeetingEvent[] | undefined>;
}
