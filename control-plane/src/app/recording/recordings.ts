import { randomUUID } from 'node:crypto';
import { type RecordingNotice, RecordingStatus as WireStatus } from '@canopy/proto/recording';
import { CanopyError } from '@canopy/runtime/errors';
import type { Principal } from '../../core/access/authorize.ts';
import type { Meeting } from '../../core/meeting/meeting.ts';
import type { Recording, RecordingStatus } from '../../core/recording/recording.ts';
import type { LiveAccess } from '../access/live.ts';
import type { Rooms } from '../events/rooms.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import type { RecordingRecords } from './ports.ts';
import type { RecordingKeeping } from './recording-keeping.ts';

export interface RecordingsDeps {
  live: Pick<LiveAccess, 'require'>;
  records: RecordingRecords;
  store: Pick<MeetingStateStore, 'setRecording'>;
  keeping: Pick<RecordingKeeping, 'tell'>;
  rooms(): Pick<Rooms, 'changed'>;
}

const wireStatus = {
  running: WireStatus.RUNNING,
  paused: WireStatus.PAUSED,
  stopped: WireStatus.STOPPED,
} as const satisfies Record<RecordingStatus, WireStatus>;

/** What everybody in the meeting is told of it. */
export function noticeOf({ id, status }: Pick<Recording, 'id' | 'status'>): RecordingNotice {
  return { recordingId: id, status: wireStatus[status] };
}

/** What hosts, cohosts and API keys do with recordings. Everybody in the meeting is told before the first packet is recorded. */
export class Recordings {
  readonly #deps: RecordingsDeps;

  constructor(deps: RecordingsDeps) {
    this.#deps = deps;
  }

  /** Errors: MEETING_NOT_FOUND, MEETING_ENDED, FORBIDDEN, RECORDING_RUNNING, STATE_UNAVAILABLE. */
  async start(principal: Principal, meetingId: string): Promise<Recording> {
    const { status } = await this.#managed(principal, meetingId);
    if (status === 'ended') throw new CanopyError('MEETING_ENDED');
    const recording = await this.#deps.records.begin(meetingId, randomUUID());
    await this.#told(recording);
    return recording;
  }

  /** Doing it twice is doing it once. Errors: MEETING_NOT_FOUND, FORBIDDEN, RECORDING_NOT_FOUND, RECORDING_ENDED, STATE_UNAVAILABLE. */
  async change(
    principal: Principal,
    meetingId: string,
    recordingId: string,
    status: RecordingStatus,
  ): Promise<Recording> {
    await this.#managed(principal, meetingId);
    return await this.#change(meetingId, recordingId, status);
  }

  /** The same with the one that is under way. Errors: RECORDING_NOT_FOUND, there is none. */
  async changeCurrent(principal: Principal, meetingId: string, status: RecordingStatus): Promise<Recording> {
    await this.#managed(principal, meetingId);
    const current = await this.#deps.records.current(meetingId);
    if (current === undefined) throw new CanopyError('RECORDING_NOT_FOUND');
    return await this.#change(meetingId, current.id, status);
  }

  /** Errors: MEETING_NOT_FOUND, FORBIDDEN, STATE_UNAVAILABLE. */
  async list(principal: Principal, meetingId: string): Promise<readonly Recording[]> {
    await this.#managed(principal, meetingId);
    return await this.#deps.records.list(meetingId);
  }

  /** Errors: MEETING_NOT_FOUND, FORBIDDEN, RECORDING_NOT_FOUND, STATE_UNAVAILABLE. */
  async get(principal: Principal, meetingId: string, recordingId: string): Promise<Recording> {
    await this.#managed(principal, meetingId);
    const recording = await this.#deps.records.find(meetingId, recordingId);
    if (recording === undefined) throw new CanopyError('RECORDING_NOT_FOUND');
    return recording;
  }

  async #change(meetingId: string, recordingId: string, status: RecordingStatus): Promise<Recording> {
    const changed = await this.#deps.records.setStatus(meetingId, recordingId, status);
    if (changed !== undefined) {
      await this.#told(changed);
      return changed;
    }
    const known = await this.#deps.records.find(meetingId, recordingId);
    if (known === undefined) throw new CanopyError('RECORDING_NOT_FOUND');
    if (status === 'stopped') return known;
    throw new CanopyError('RECORDING_ENDED');
  }

  async #told(recording: Recording): Promise<void> {
    const { meetingId } = recording;
    this.#deps.rooms().changed(meetingId, await this.#deps.store.setRecording(meetingId, noticeOf(recording)));
    await this.#deps.keeping.tell(recording);
  }

  #managed(principal: Principal, meetingId: string): Promise<Meeting> {
    return this.#deps.live.require(principal, meetingId, (meeting) => ({ action: 'recording.manage', meeting }));
  }
}
