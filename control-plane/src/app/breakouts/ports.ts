import type { BreakoutRoom, Breakouts, Place } from '../../core/breakouts/breakouts.ts';
import type { Meeting } from '../../core/meeting/meeting.ts';

export interface BreakoutsChange {
  /** Prepared rooms are opened. */
  open: boolean;
  selfChosen: boolean | undefined;
  /** How long until everybody is brought back; null: until somebody says so; undefined: as before. */
  closesInMs: number | null | undefined;
}

/** A room of an earlier round, or of one that is over, whose meeting has not ended yet. */
export interface LeftRoom {
  id: string;
  /** Long enough for everybody to have come back. */
  overdue: boolean;
}

/** Breakout rooms as they must last. Times are of the database's clock, which all replicas share. Errors: STATE_UNAVAILABLE. */
export interface BreakoutRecords {
  /** Of these meetings; those that closed are in it for some minutes more, so that everybody learns of it. */
  list(meetingIds: readonly string[]): Promise<readonly Breakouts[]>;
  find(meetingId: string): Promise<Breakouts | undefined>;
  /** False if the meeting has some already. */
  create(main: Meeting, rooms: readonly BreakoutRoom[], selfChosen: boolean): Promise<boolean>;
  /** Has no effect on rooms that are closed. */
  change(meetingId: string, change: BreakoutsChange): Promise<void>;
  places(meetingId: string): Promise<readonly Place[]>;
  place(meetingId: string, participantId: string): Promise<Place | undefined>;
  /** Gives people rooms, or takes them (`roomId` undefined). Whoever asked for help got it. */
  assign(
    meetingId: string,
    assignments: readonly { participantId: string; name: string; roomId: string | undefined }[],
  ): Promise<void>;
  askForHelp(meetingId: string, participantId: string, wanted: boolean): Promise<void>;
  /** A host came to the room. */
  helped(meetingId: string, roomId: string): Promise<void>;
  close(meetingId: string): Promise<void>;
  /** Closes those whose time has come; returns the meetings that this call closed. */
  closeDue(): Promise<readonly string[]>;
  leftRooms(): Promise<readonly LeftRoom[]>;
  /** What is over for so long that everybody knows. */
  forget(): Promise<void>;
}
