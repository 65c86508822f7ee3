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
}
