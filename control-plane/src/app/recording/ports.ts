import type { Recording, RecordingPart, RecordingStatus } from '../../core/recording/recording.ts';

/** Recordings, as they must last. Errors: STATE_UNAVAILABLE. */
export interface RecordingRecords {
  /** Errors: RECORDING_RUNNING, the meeting is being recorded already. */
  begin(meetingId: string, recordingId: string): Promise<Recording>;
  find(meetingId: string, recordingId: string): Promise<Recording | undefined>;
  /** The newest first, at most 100. */
  list(meetingId: string): Promise<readonly Recording[]>;
  /** The one of the meeting that has not been stopped. */
  current(meetingId: string): Promise<Recording | undefined>;
  /** All that have not been stopped, or whose last parts have not been told yet. */
  unfinished(): Promise<readonly Recording[]>;
  /** Undefined if it is not there, or was stopped before. */
  setStatus(meetingId: string, recordingId: string, status: RecordingStatus): Promise<Recording | undefined>;
  /** What its edge told. */
  progressed(recordingId: string, progress: Progress): Promise<void>;
}

export interface Progress {
  edgeId: string | undefined;
  parts: readonly RecordingPart[];
  errorCode: string | undefined;
}
