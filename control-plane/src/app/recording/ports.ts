import type { Readable } from 'node:stream';
import type { Owner } from '../../core/access/authorize.ts';
import type { Placed, Retry, Span, UsedPart } from '../../core/recording/composition.ts';
import type { Recording, RecordingPart, RecordingStatus } from '../../core/recording/recording.ts';
import type { Loudness } from '../../core/recording/speakers.ts';
import type { SigningKey } from '../access/ports.ts';

/** Recordings, as they must last. Errors: STATE_UNAVAILABLE. */
export interface RecordingRecords {
  /** Errors: RECORDING_RUNNING, the meeting is being recorded already. */
  begin(meetingId: string, recordingId: string): Promise<Recording>;
  find(meetingId: string, recordingId: string): Promise<Recording | undefined>;
  /** The newest first, at most 100. */
  list(meetingId: string): Promise<readonly Recording[]>;
  /** Of all meetings of an owner, the newest first, begun before `olderThan` was. */
  listOf(owner: Owner, limit: number, olderThan?: string): Promise<readonly TitledRecording[]>;
  /** The one of the meeting that has not been stopped. */
  current(meetingId: string): Promise<Recording | undefined>;
  /** All that have not been stopped, whose last parts have not been told yet, or of whose last state their meetings may not know. */
  unfinished(): Promise<readonly Recording[]>;
  /** Undefined if it is not there, or was stopped before. */
  setStatus(meetingId: string, recordingId: string, status: RecordingStatus): Promise<Recording | undefined>;
  /** Its state counts as later than any before, if it is the one of this revision still, and goes on; undefined otherwise. */
  renew(recording: Pick<Recording, 'id' | 'revision'>): Promise<Recording | undefined>;
  /** Its meeting knows of its state up to this revision. */
  told(recordingId: string, revision: number): Promise<void>;
  /** Nobody sees it any more; its files go later. */
  remove(meetingId: string, recordingId: string): Promise<void>;
  /** What its edge told. */
  progressed(recordingId: string, progress: Progress): Promise<void>;
}

/** A recording with the title of its meeting. */
export interface TitledRecording {
  title: string;
  recording: Recording;
}

export interface Progress {
  edgeId: string | undefined;
  parts: readonly RecordingPart[];
  errorCode: string | undefined;
}

/** Recordings that have ended, as work to be done. Of several processes each job is one's for as long as it renews its lease. Errors: STATE_UNAVAILABLE. */
export interface CompositionJobs {
  /** The oldest that waits, or whose process is gone. One whose processes are lost time and again has failed. */
  claim(): Promise<Recording | undefined>;
  /** False: it is ours no longer, or was deleted. */
  renew(recordingId: string, progress: number): Promise<boolean>;
  done(recordingId: string, file: { bytes: number; durationMs: number }): Promise<void>;
  /** It is tried again as `retry` says: soon, three times in all, or with growing pauses for a day. */
  failed(recordingId: string, errorCode: string, retry: Retry): Promise<void>;
  /** Nothing is wrong with it: another process may go on with it at once. */
  release(recordingId: string): Promise<void>;
  /** Deletes those that ended longer ago. */
  expire(keptForMs: number): Promise<void>;
  /** Those that were deleted, by themselves or with their meeting, and that neither an edge nor a process that composes writes any more. */
  deleted(): Promise<readonly string[]>;
  /** What those are called of whom there is anything in it, by the ids of participants. */
  names(recording: Recording): Promise<ReadonlyMap<string, string>>;
  /** Nothing is known of it any more. */
  forget(recordingId: string): Promise<void>;
}

/** What one stretch is made of. */
export interface Stretch {
  span: Span;
  parts: readonly UsedPart[];
  placed: readonly Placed[];
  /** Of those who are seen, by the ids of participants; not all are known. */
  names: ReadonlyMap<string, string>;
}

/** The files of recordings, by key. Errors: STORAGE_UNAVAILABLE. */
export interface RecordingFiles {
  /** Undefined: there is none. */
  stat(key: string): Promise<{ bytes: number; changedAtMs: number } | undefined>;
  /** Its bytes, all of them or those of a range, both ends included. Undefined: there is none. */
  open(key: string, range?: { from: number; to: number }): Promise<Readable | undefined>;
}

/** Makes files out of parts. Errors: RECORDING_FAILED, RECORDING_DISK_FULL, STORAGE_UNAVAILABLE. */
export interface Composer {
  /** Whether a stretch is done already. */
  has(recordingId: string, index: number): Promise<boolean>;
  /** How loud the sounds among these parts were in a span of time. */
  listen(recordingId: string, parts: readonly UsedPart[], span: Span, signal: AbortSignal): Promise<Loudness[]>;
  stretch(recordingId: string, index: number, stretch: Stretch, signal: AbortSignal): Promise<void>;
  /** Joins so many stretches to the one file; returns its bytes. */
  join(recordingId: string, count: number, signal: AbortSignal): Promise<number>;
  /** Lets go of what it had only to work with. */
  tidy(recordingId: string): Promise<void>;
  /** Takes away all files of a recording. */
  remove(recordingId: string): Promise<void>;
}

/** Makes and reads what opens a file for a while: JWTs signed with HS256, `kid` the API key's id, audience `canopy:recording`. */
export interface RecordingLinks {
  /** `expiresAt` in Unix ms. */
  sign(recordingId: string, key: SigningKey, expiresAt: number): Promise<string>;
  verify(token: string, recordingId: string, key: SigningKey): Promise<boolean>;
}
