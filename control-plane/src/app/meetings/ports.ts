import type { Owner } from '../../core/access/authorize.ts';
import type { Meeting, MeetingStatus } from '../../core/meeting/meeting.ts';
import type { RoleName } from '../../core/meeting/roles.ts';
import type { MeetingSettings } from '../../core/meeting/settings.ts';

export type NewMeeting = Omit<Meeting, 'status' | 'createdAt' | 'revision' | 'linkRevision'>;

export interface MeetingChange {
  title: string | undefined;
  /** Put in place of those of the same name. */
  settings: Partial<MeetingSettings>;
  /** Names of settings that go. */
  removed: readonly string[];
  /** There and undefined: no password is asked any more. */
  passwordHash?: string | undefined;
}

/** Which meetings are meant. */
export interface MeetingQuery {
  status: MeetingStatus;
  /** Undefined: of everybody. */
  owner: Owner | undefined;
  limit: number;
  /** Made before this one was. */
  olderThan: string | undefined;
  /** Of these. */
  ids: readonly string[] | undefined;
}

/** Meetings, as they must last. Errors: STATE_UNAVAILABLE. */
export interface MeetingRecords {
  create(meeting: NewMeeting): Promise<Meeting>;
  find(meetingId: string): Promise<Meeting | undefined>;
  /** Meetings that name their audience, have not ended, and start between two times, Unix ms. */
  startingBetween(from: number, to: number): Promise<readonly Meeting[]>;
  /** The newest first. Breakout rooms belong to their meetings and are not among them. */
  latest(which: MeetingQuery): Promise<readonly Meeting[]>;
  /** Undefined if it is not there, or has ended. */
  change(meetingId: string, change: MeetingChange): Promise<Meeting | undefined>;
  /** Every link given out so far is worth nothing any more. Undefined if the meeting is not there. */
  revokeLinks(meetingId: string): Promise<Meeting | undefined>;
  /** The breakout rooms of a meeting that have not ended. */
  roomsOf(meetingId: string): Promise<readonly string[]>;
  /** From scheduled to live; false if the meeting has ended or is not there. */
  goLive(meetingId: string): Promise<boolean>;
  /** Undefined if it is not there. Ending twice is ending once. */
  end(meetingId: string): Promise<Meeting | undefined>;
}

export interface Attendance {
  meetingId: string;
  participantId: string;
  userId: string | undefined;
  name: string;
  role: RoleName;
  edgeId: string;
}

/** Who was in a meeting, as it must last. Errors: STATE_UNAVAILABLE. */
export interface AttendanceRecords {
  /** So many ms ago. Coming again clears the time of leaving. Errors: MEETING_NOT_FOUND. */
  joined(attendance: Attendance, agoMs: number): Promise<void>;
  roleChanged(meetingId: string, participantId: string, role: RoleName): Promise<void>;
  renamed(meetingId: string, participantId: string, name: string): Promise<void>;
  left(meetingId: string, participantId: string, agoMs: number): Promise<void>;
}
