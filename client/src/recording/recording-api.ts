import { meetingPath, queryOf } from '../paths.ts';
import type { Call } from '../rest.ts';

/** A recording of a meeting. Times are ISO 8601. */
export interface RecordingInfo {
  id: string;
  meetingId: string;
  status: 'running' | 'paused' | 'stopped';
  /** Where it is recorded now. */
  edgeId: string | null;
  startedAt: string;
  endedAt: string | null;
  /** When it is deleted by itself, as old recordings are; null: it goes on, or is kept until somebody deletes it. */
  expiresAt: string | null;
  /** The code of why nothing could be recorded lately. */
  error: string | null;
  /** The one file that is made of it when it has ended. */
  composition: {
    status: 'waiting' | 'composing' | 'ready' | 'failed';
    /** 0 to 1. */
    progress: number;
    bytes: number | null;
    durationMs: number | null;
    /** The code of why the last attempt failed. */
    error: string | null;
  };
  /** Each track, piece by piece, as edges recorded it. */
  parts: RecordedPart[];
  /** When a track was not recorded. */
  gaps: { trackId: string; from: string; to: string }[];
}

export interface RecordedPart {
  id: string;
  trackId: string;
  edgeId: string;
  kind: 'audio' | 'video';
  /** Whose it is. */
  participantId?: string;
  /** A shared screen, or its sound. */
  screen: boolean;
  startedAt: string;
  writtenUntil: string;
  segments: number;
  bytes: number;
  running: boolean;
  error: string | null;
}

/** With the title of its meeting. */
export interface OwnRecordingInfo extends RecordingInfo {
  title: string;
}

/** What was recorded of meetings. For whom they belong to, and their hosts and cohosts. */
export class RecordingApi {
  readonly #call: Call;
  readonly #url: string;

  constructor(call: Call, url: string) {
    this.#call = call;
    this.#url = url;
  }

  /** Rejects with RECORDING_RUNNING, MEETING_ENDED, ENCRYPTED_END_TO_END. */
  start(meetingId: string): Promise<RecordingInfo> {
    return this.#call('POST', meetingPath(meetingId, 'recordings'));
  }

  /** Rejects with RECORDING_NOT_FOUND or RECORDING_ENDED; so does `resume`. */
  pause(meetingId: string, recordingId: string): Promise<RecordingInfo> {
    return this.#call('POST', meetingPath(meetingId, 'recordings', recordingId, 'pause'));
  }

  resume(meetingId: string, recordingId: string): Promise<RecordingInfo> {
    return this.#call('POST', meetingPath(meetingId, 'recordings', recordingId, 'resume'));
  }

  /** From then on it is made into a file, which `get` shows the progress of. */
  stop(meetingId: string, recordingId: string): Promise<RecordingInfo> {
    return this.#call('POST', meetingPath(meetingId, 'recordings', recordingId, 'stop'));
  }

  get(meetingId: string, recordingId: string): Promise<RecordingInfo> {
    return this.#call('GET', meetingPath(meetingId, 'recordings', recordingId));
  }

  /** The newest first, at most 100. */
  async list(meetingId: string): Promise<RecordingInfo[]> {
    return (await this.#call<{ recordings: RecordingInfo[] }>('GET', meetingPath(meetingId, 'recordings'))).recordings;
  }

  /** Of all meetings that belong to who asks, the newest first, at most 100; `cursor`: `nextCursor` of the page before. Rejects with SIGN_IN_REQUIRED. */
  listOwn(cursor?: string): Promise<{ recordings: OwnRecordingInfo[]; nextCursor: string | null }> {
    return this.#call('GET', `/v1/recordings${queryOf({ cursor })}`);
  }

  /** Where its file can be played and downloaded until then, by whoever knows the address. Rejects with RECORDING_NOT_READY. */
  async link(meetingId: string, recordingId: string): Promise<{ url: string; expiresAt: string }> {
    const path = meetingPath(meetingId, 'recordings', recordingId, 'link');
    const link = await this.#call<{ url: string; expiresAt: string }>('POST', path);
    return { ...link, url: new URL(link.url, this.#url).href };
  }

  /** With all its files; what still goes on ends. */
  remove(meetingId: string, recordingId: string): Promise<void> {
    return this.#call('DELETE', meetingPath(meetingId, 'recordings', recordingId));
  }
}
