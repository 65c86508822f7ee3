import type { Call } from '../rest.ts';

/** A recording of a meeting. Times are ISO 8601. */
export interface RecordingInfo {
  id: string;
  meetingId: string;
  status: 'running' | 'paused' | 'stopped';
  startedAt: string;
  endedAt: string | null;
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
}

/** With the title of its meeting. */
export interface OwnRecordingInfo extends RecordingInfo {
  title: string;
}

/** What was recorded of meetings. For whom they belong to, and their hosts and cohosts. */
export class RecordingApi {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** The newest first. */
  async list(meetingId: string): Promise<RecordingInfo[]> {
    return (await this.#call<{ recordings: RecordingInfo[] }>('GET', recordingsPath(meetingId))).recordings;
  }

  /** Of all meetings that belong to who asks, the newest first; at most 100. Rejects with SIGN_IN_REQUIRED. */
  async listOwn(): Promise<OwnRecordingInfo[]> {
    return (await this.#call<{ recordings: OwnRecordingInfo[] }>('GET', '/v1/recordings')).recordings;
  }

  /** Where its file can be played and downloaded until then, by whoever knows the address. Rejects with RECORDING_NOT_READY. */
  link(meetingId: string, recordingId: string): Promise<{ url: string; expiresAt: string }> {
    return this.#call('POST', `${recordingsPath(meetingId)}/${encodeURIComponent(recordingId)}/link`);
  }

  /** With all its files; what still goes on ends. */
  remove(meetingId: string, recordingId: string): Promise<void> {
    return this.#call('DELETE', `${recordingsPath(meetingId)}/${encodeURIComponent(recordingId)}`);
  }
}

function recordingsPath(meetingId: string): string {
  return `/v1/meetings/${encodeURIComponent(meetingId)}/recordings`;
}
