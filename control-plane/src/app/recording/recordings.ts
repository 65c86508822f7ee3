import { randomUUID } from 'node:crypto';
import { type RecordingNotice, RecordingStatus as WireStatus } from '@canopy/proto/recording';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Principal } from '../../core/access/authorize.ts';
import { isEncrypted } from '../../core/meeting/encryption.ts';
import type { Meeting } from '../../core/meeting/meeting.ts';
import type { Recording, RecordingStatus } from '../../core/recording/recording.ts';
import { expiryOf } from '../../core/recording/retention.ts';
import type { Access } from '../access/access.ts';
import { secretsInForce } from '../access/key-secrets.ts';
import type { LiveAccess } from '../access/live.ts';
import type { ApiKeys } from '../access/ports.ts';
import type { Rooms } from '../events/rooms.ts';
import type { MeetingRecords } from '../meetings/ports.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import type { RecordingLinks, RecordingRecords, TitledRecording } from './ports.ts';
import type { RecordingKeeping } from './recording-keeping.ts';

export interface RecordingsDeps {
  live: Pick<LiveAccess, 'require'>;
  access: Pick<Access, 'require' | 'ownerOf'>;
  records: RecordingRecords;
  meetings: Pick<MeetingRecords, 'find'>;
  keys: Pick<ApiKeys, 'find'>;
  links: RecordingLinks;
  clock: Clock;
  store: Pick<MeetingStateStore, 'setRecording'>;
  keeping: Pick<RecordingKeeping, 'tell'>;
  /** How long recordings are kept after their end; undefined: until somebody deletes them. */
  keptForMs: number | undefined;
  rooms(): Pick<Rooms, 'changed'>;
}

/** Long enough to watch what was recorded. */
const linkForMs = 6 * 3_600_000;

const wireStatus = {
  running: WireStatus.RUNNING,
  paused: WireStatus.PAUSED,
  stopped: WireStatus.STOPPED,
} as const satisfies Record<RecordingStatus, WireStatus>;

/** What everybody in the meeting is told of it. */
export function noticeOf({ id, status, errorCode }: Pick<Recording, 'id' | 'status' | 'errorCode'>): RecordingNotice {
  const failing = status === 'running' && errorCode !== undefined;
  return { recordingId: id, status: wireStatus[status], ...(failing && { errorCode }) };
}

/** What hosts, cohosts and API keys do with recordings. Everybody in the meeting is told before the first packet is recorded. */
export class Recordings {
  readonly #deps: RecordingsDeps;

  constructor(deps: RecordingsDeps) {
    this.#deps = deps;
  }

  /** Errors: MEETING_NOT_FOUND, MEETING_ENDED, FORBIDDEN, ENCRYPTED_END_TO_END, RECORDING_RUNNING, STATE_UNAVAILABLE. */
  async start(principal: Principal, meetingId: string): Promise<Recording> {
    const meeting = await this.#managed(principal, meetingId);
    if (meeting.status === 'ended') throw new CanopyError('MEETING_ENDED');
    if (isEncrypted(meeting)) throw new CanopyError('ENCRYPTED_END_TO_END');
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

  /** Of all meetings that are theirs, or those begun before `olderThan` was. Errors: SIGN_IN_REQUIRED, TOKEN_INVALID, FORBIDDEN, STATE_UNAVAILABLE. */
  async listOwn(principal: Principal, limit: number, olderThan?: string): Promise<readonly TitledRecording[]> {
    this.#deps.access.require(principal, { action: 'recording.list' });
    return await this.#deps.records.listOf(this.#deps.access.ownerOf(principal), limit, olderThan);
  }

  /** Errors: MEETING_NOT_FOUND, FORBIDDEN, RECORDING_NOT_FOUND, STATE_UNAVAILABLE. */
  async get(principal: Principal, meetingId: string, recordingId: string): Promise<Recording> {
    await this.#managed(principal, meetingId);
    const recording = await this.#deps.records.find(meetingId, recordingId);
    if (recording === undefined) throw new CanopyError('RECORDING_NOT_FOUND');
    return recording;
  }

  /** Ends it if it goes on, and takes it away with all its files. Errors: MEETING_NOT_FOUND, FORBIDDEN, RECORDING_NOT_FOUND, STATE_UNAVAILABLE. */
  async remove(principal: Principal, meetingId: string, recordingId: string): Promise<void> {
    const { status } = await this.get(principal, meetingId, recordingId);
    if (status !== 'stopped') await this.#change(meetingId, recordingId, 'stopped');
    await this.#deps.records.remove(meetingId, recordingId);
  }

  /** What opens its file for some hours, for whoever has it. Errors: as `get`, and RECORDING_NOT_READY. */
  async link(
    principal: Principal,
    meetingId: string,
    recordingId: string,
  ): Promise<{ token: string; expiresAt: number }> {
    const meeting = await this.#managed(principal, meetingId);
    requireReady(await this.#deps.records.find(meetingId, recordingId));
    const key = await this.#deps.keys.find(meeting.apiKeyId);
    if (key === undefined) throw new CanopyError('MEETING_NOT_FOUND');
    const expiresAt = this.#deps.clock.now() + linkForMs;
    return { token: await this.#deps.links.sign(recordingId, key, expiresAt), expiresAt };
  }

  /** Whether a link opens the file. Errors: TOKEN_INVALID, it does not; RECORDING_NOT_FOUND; RECORDING_NOT_READY; STATE_UNAVAILABLE. */
  async requireLink(meetingId: string, recordingId: string, token: string): Promise<void> {
    const meeting = await this.#deps.meetings.find(meetingId);
    const key = meeting && (await this.#deps.keys.find(meeting.apiKeyId));
    const secrets = key === undefined ? [] : secretsInForce(key, this.#deps.clock.now());
    const opens = secrets.map(({ signingSecret }) =>
      this.#deps.links.verify(token, recordingId, { id: meeting?.apiKeyId ?? '', signingSecret }),
    );
    if (!(await Promise.all(opens)).includes(true)) throw new CanopyError('TOKEN_INVALID');
    requireReady(await this.#deps.records.find(meetingId, recordingId));
  }

  /** When it goes by itself, Unix ms; undefined: nobody knows yet, or not before somebody deletes it. */
  expiryOf(recording: Recording): number | undefined {
    return expiryOf(recording, this.#deps.keptForMs);
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
    const { meetingId, revision } = recording;
    this.#deps
      .rooms()
      .changed(meetingId, await this.#deps.store.setRecording(meetingId, noticeOf(recording), revision));
    await this.#deps.keeping.tell(recording);
  }

  #managed(principal: Principal, meetingId: string): Promise<Meeting> {
    return this.#deps.live.require(principal, meetingId, (meeting) => ({ action: 'recording.manage', meeting }));
  }
}

function requireReady(recording: Recording | undefined): void {
  if (recording === undefined) throw new CanopyError('RECORDING_NOT_FOUND');
  if (recording.composition.status !== 'ready') throw new CanopyError('RECORDING_NOT_READY');
}
