import type { TrackWant } from '@canopy/proto/media';
import type { MeetingProfile } from '../../core/meeting/meeting.ts';
import type { RoleName } from '../../core/meeting/roles.ts';
import type { MediaSession } from '../../core/meeting/session.ts';

/** A participant with a connection on this replica. */
export interface LiveSession {
  meetingId: string;
  profile: MeetingProfile;
  participantId: string;
  role: RoleName;
  connectionId: string;
  /** SHA-256 of the resume token. */
  resumeHash: string;
  media: MediaSession;
  /** What it asked to receive; undefined until it does. */
  wants?: readonly TrackWant[];
  /** A move under way: `media` is where it goes. */
  move?: Move;
}

/** The way of a participant's media from one session to another. */
interface Move {
  /** The session before, which lives until everything goes over the new one. */
  from: MediaSession;
  /** Ends the wait for the client. */
  cancelDeadline(): void;
}
