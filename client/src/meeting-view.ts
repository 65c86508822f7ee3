import type { TrackSource } from '@canopy/proto/media';
import type { Edge, Participant, ReceptionCounts, Role, Track } from '@canopy/proto/signal';
import type { LocalTrack } from './media/local-tracks.ts';
import type { MediaState } from './media/media-session.ts';
import type { ConnectionState } from './signal/signal-connection.ts';

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
    readonly role: Role;
    readonly edge: Edge | undefined;
    /** What this participant publishes, by source. */
    readonly published: ReadonlyMap<TrackSource, LocalTrack>;
  };
  /** By participant id; includes this participant. Of a webinar only who may publish. */
  readonly participants: ReadonlyMap<string, Participant>;
  /** How many attend a webinar, besides the participants. */
  readonly attendeeCount: number;
  /** Those attendees that are known here, by participant id (`loadAttendees`). */
  readonly attendees: ReadonlyMap<string, Participant>;
  /** Whether `loadAttendees` would bring more. Always false for attendees, who may not know each other. */
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
