import type { RecordingNotice } from '@canopy/proto/recording';
import type { Track } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { KeyedQueue } from '@canopy/runtime/keyed-queue';
import type { Logger } from '@canopy/runtime/logger';
import type { MeetingUsage } from '../../core/meeting/state.ts';
import type { EdgeCandidate } from '../../core/placement/types.ts';
import { chooseRecorder } from '../../core/recording/choose-recorder.ts';
import { type Emptiness, isDeserted, stillEmpty } from '../../core/recording/deserted.ts';
import {
  longestRecordingMs,
  type Recording,
  type RecordingPart,
  withParts,
  withWords,
} from '../../core/recording/recording.ts';
import { recordable, wantOf } from '../../core/recording/wants.ts';
import type { MeetingPlan } from '../../core/routing/meeting-plan.ts';
import type { EdgeMedia } from '../edges/edge-media.ts';
import type { Rooms } from '../events/rooms.ts';
import type { MeetingRecords } from '../meetings/ports.ts';
import type { Planning } from '../planning/planning.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import { targetsOf } from '../session/wire.ts';
import type { Progress, RecordingRecords } from './ports.ts';
import { noticeOf } from './recordings.ts';
import { type Attribution, attributionOf, fromWire } from './wire.ts';

export interface RecordingKeepingDeps {
  records: Pick<RecordingRecords, 'unfinished' | 'current' | 'find' | 'setStatus' | 'renew' | 'told' | 'progressed'>;
  meetings: Pick<MeetingRecords, 'roomsOf'>;
  store: Pick<MeetingStateStore, 'usage' | 'read' | 'participantCount' | 'setRecording'>;
  edges: { candidates(): EdgeCandidate[] };
  planning: Pick<Planning, 'table'>;
  media: Pick<EdgeMedia, 'record'>;
  rooms(): Pick<Rooms, 'changed'>;
  /** True for the first replica that asks with this key within a few seconds. */
  isFirst(key: string): Promise<boolean>;
  clock: Clock;
  logger: Logger;
}

const lookEveryMs = 2_000;
/** Edges stop recording after this unless told again: longer than stores may be away. */
const forMs = 90_000;
/** Tracks that are published together are told together. */
const soonMs = 200;
/** Edges that are asked, one after the other, until one records. */
const mostAttempts = 3;

/**
 * Has what is to be recorded recorded: tells one edge for each recording which tracks, again every few seconds, and keeps what
 * it answers. Any replica goes on with it, for all it needs is in the stores; when the edge is lost, another one is told.
 */
export class RecordingKeeping {
  readonly #deps: RecordingKeepingDeps;
  /** Meetings that are being recorded, as of the last look. */
  #recorded: ReadonlySet<string> = new Set();
  readonly #due = new Set<string>();
  /** By id of recordings in whose meetings nobody is. */
  readonly #empty = new Map<string, Emptiness>();
  /** How many tracks were too many, by id of their recordings. */
  readonly #leftOut = new Map<string, number>();
  readonly #queue = new KeyedQueue();

  constructor(deps: RecordingKeepingDeps) {
    this.#deps = deps;
  }

  /** Until the returned function is called. */
  run(): () => void {
    return this.#deps.clock.every(lookEveryMs, () => {
      this.#look().catch((error: unknown) => this.#deps.logger.debug({ err: error }, 'recordings were not looked at'));
    });
  }

  /** The tracks of a meeting changed. */
  soon(meetingId: string): void {
    if (!this.#recorded.has(meetingId) || this.#due.has(meetingId)) return;
    this.#due.add(meetingId);
    this.#deps.clock.after(soonMs, () => {
      this.#due.delete(meetingId);
      this.#tellCurrent(meetingId).catch((error: unknown) => {
        this.#deps.logger.debug({ err: error, meetingId }, 'a recording does not follow its tracks yet');
      });
    });
  }

  /** Tells an edge what to record now. Never fails: it is said again. */
  async tell(recording: Recording): Promise<void> {
    const { id, meetingId } = recording;
    this.#recorded = new Set(this.#recorded).add(meetingId);
    try {
      await this.#queue.run(id, () => this.#tell(recording));
    } catch (error) {
      this.#deps.logger.warn({ err: error, meetingId, recordingId: id }, 'a recording could not be kept up yet');
    }
  }

  async #look(): Promise<void> {
    const unfinished = await this.#deps.records.unfinished();
    this.#recorded = new Set(unfinished.map(({ meetingId }) => meetingId));
    const known = new Set(unfinished.map(({ id }) => id));
    for (const kept of [this.#empty, this.#leftOut]) for (const id of kept.keys()) if (!known.has(id)) kept.delete(id);
    for (const recording of unfinished) {
      if (await this.#deps.isFirst(`record ${recording.id}`)) await this.tell(recording);
    }
  }

  async #tellCurrent(meetingId: string): Promise<void> {
    const recording = await this.#deps.records.current(meetingId);
    if (recording !== undefined) await this.tell(recording);
  }

  async #tell(given: Recording): Promise<void> {
    const { meetingId } = given;
    // It may have been paused since it was looked at.
    const known = await this.#latest(given);
    const [{ usage, plan }, { tracks, recording: notice }] = await Promise.all([
      this.#deps.store.usage(meetingId),
      this.#deps.store.read(meetingId),
    ]);
    const recording = await this.#announced(known, await this.#isEmpty(meetingId, usage), notice);
    if (recording.status !== 'running') return await this.#rest(recording, tracks);
    // All have left, or Redis was emptied and is about to hear of them again: until then their edge goes on.
    if (plan === undefined || usage.participants.size === 0) return;
    const recorded = this.#recordable(recording, tracks);
    if (recorded.length === 0) return await this.#rest(recording, tracks);
    await this.#record(recording, recorded, plan, new Set(usage.participants.keys()));
  }

  /** As the database has it; one that was deleted is over. */
  async #latest(recording: Recording): Promise<Recording> {
    const { meetingId, id } = recording;
    return (await this.#deps.records.find(meetingId, id)) ?? { ...recording, status: 'stopped' };
  }

  /** Nobody is in the meeting, nor in one of its breakout rooms. */
  async #isEmpty(meetingId: string, { participants }: MeetingUsage): Promise<boolean> {
    if (participants.size > 0) return false;
    const { meetings, store } = this.#deps;
    const counts = (await meetings.roomsOf(meetingId)).map((roomId) => store.participantCount(roomId));
    return (await Promise.all(counts)).every((count) => count === 0);
  }

  #recordable({ id, meetingId }: Recording, tracks: readonly Track[]): readonly Track[] {
    const { recorded, leftOut } = recordable(tracks);
    if (leftOut !== (this.#leftOut.get(id) ?? 0))
      this.#deps.logger.warn({ meetingId, recordingId: id, leftOut }, 'more tracks than one edge records');
    this.#leftOut.set(id, leftOut);
    return recorded;
  }

  /**
   * Has one edge record these tracks: the one that does already, or the best that does not refuse. None is asked once everybody was
   * told of a pause or of the end; one that can't be told to stop does so when it was not told to go on for a while.
   */
  async #record(
    recording: Recording,
    tracks: readonly Track[],
    plan: MeetingPlan,
    members: ReadonlySet<string>,
  ): Promise<void> {
    const { id, meetingId } = recording;
    const origins = tracks.map(({ originEdgeId }) => originEdgeId);
    const refused = new Set<string>();
    let errorCode: string | undefined;
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const decision = chooseRecorder(this.#deps.edges.candidates(), members, origins, recording.edgeId, refused);
      const { edgeId } = decision;
      if (edgeId === undefined) break;
      if ((await this.#latest(recording)).status !== 'running') return await this.#release(refused, recording);
      let parts: RecordingPart[];
      try {
        const told = await this.#told(edgeId, recording, tracks, this.#deps.planning.table(plan, edgeId));
        parts = withParts(recording.parts, told);
      } catch (error) {
        // Of several reasons that of the edge that should have done it.
        errorCode ??= CanopyError.from(error).code;
        refused.add(edgeId);
        this.#deps.logger.warn({ err: error, meetingId, edgeId }, 'an edge does not record');
        continue;
      }
      if (edgeId !== recording.edgeId)
        this.#deps.logger.info({ meetingId, recordingId: id, edgeId, decision }, 'recording on an edge');
      const progress = { edgeId, parts, errorCode: undefined };
      await this.#deps.records.progressed(id, progress);
      await this.#releaseOthers(edgeId, recording, refused);
      await this.#sayIfChanged(recording, progress);
      const latest = await this.#latest(recording);
      if (latest.status !== 'running') await this.#rest({ ...latest, edgeId }, tracks);
      return;
    }
    const { edgeId, parts } = recording;
    await this.#progressed(recording, { edgeId, parts, errorCode: errorCode ?? 'NO_EDGE_AVAILABLE' });
  }

  /** Keeps it; that nothing can be recorded any more, or can be again, the meeting hears at once. */
  async #progressed(recording: Recording, progress: Progress): Promise<void> {
    await this.#deps.records.progressed(recording.id, progress);
    await this.#sayIfChanged(recording, progress);
  }

  async #sayIfChanged(recording: Recording, progress: Progress): Promise<void> {
    const after = { ...recording, ...progress };
    if (!isSame(noticeOf(after), noticeOf(recording))) await this.#saidOnce(after);
  }

  /** Who is in the meeting knows of it, whatever happened to the store or to who said it. One of a meeting that is over or deserted, or too long, ends. */
  async #announced(known: Recording, isEmpty: boolean, before: RecordingNotice | undefined): Promise<Recording> {
    const { clock, records } = this.#deps;
    const tooLong = clock.now() - known.startedAt > longestRecordingMs;
    let recording = tooLong || this.#isDeserted(known, isEmpty) ? await this.#stopped(known) : known;
    try {
      recording = await this.#say(recording, before);
    } catch (error) {
      if (!(error instanceof CanopyError) || error.code !== 'MEETING_ENDED') throw error;
      // Nobody is there to be told.
      recording = await this.#stopped(recording);
    }
    const { id, revision, toldRevision } = recording;
    if (toldRevision < revision) await records.told(id, revision);
    return recording;
  }

  /** A database from a backup may know of less than the meeting was told since: what it says holds all the same, and is said as the latest. */
  async #say(recording: Recording, before: RecordingNotice | undefined): Promise<Recording> {
    const isHeard = (await this.#saidOnce(recording)) || isSame(noticeOf(recording), before);
    if (isHeard || recording.status === 'stopped') return recording;
    const renewed = await this.#deps.records.renew(recording);
    if (renewed === undefined) return recording;
    await this.#saidOnce(renewed);
    return renewed;
  }

  /** Whether it was news. */
  async #saidOnce(recording: Recording): Promise<boolean> {
    const { meetingId, revision } = recording;
    const change = await this.#deps.store.setRecording(meetingId, noticeOf(recording), revision);
    this.#deps.rooms().changed(meetingId, change);
    return change.events.length > 0;
  }

  async #stopped(recording: Recording): Promise<Recording> {
    const { id, meetingId, status } = recording;
    if (status === 'stopped') return recording;
    return (await this.#deps.records.setStatus(meetingId, id, 'stopped')) ?? { ...recording, status: 'stopped' };
  }

  /** Nobody has been there for long. */
  #isDeserted({ id }: Recording, isEmpty: boolean): boolean {
    if (!isEmpty) {
      this.#empty.delete(id);
      return false;
    }
    const seen = stillEmpty(this.#empty.get(id), this.#deps.clock.now());
    this.#empty.set(id, seen);
    return isDeserted(seen);
  }

  /**
   * Nothing is to be recorded now; the edge tells what it wrote last, perhaps of tracks that it was never asked about since. At
   * the end edges that recorded before tell as well: one that drains may still have to store some of it.
   */
  async #rest(recording: Recording, tracks: readonly Track[]): Promise<void> {
    const { edgeId, status, parts: known } = recording;
    if (edgeId === undefined) return;
    const before = status === 'stopped' ? known.map((part) => part.edgeId).filter((id) => this.#isAlive(id)) : [];
    const words = await Promise.all(
      [...new Set([edgeId, ...before])].map((id) => this.#lastWord(id, recording, tracks)),
    );
    const parts = withWords(known, new Map(words.filter((word) => word !== undefined)));
    const settled = status === 'stopped' && parts.every(({ running }) => !running);
    await this.#progressed(recording, { edgeId: settled ? undefined : edgeId, parts, errorCode: undefined });
  }

  /** What an edge tells that is to record nothing; undefined: it is gone, and tells no more. */
  async #lastWord(
    edgeId: string,
    recording: Recording,
    tracks: readonly Track[],
  ): Promise<[string, RecordingPart[]] | undefined> {
    try {
      return [edgeId, await this.#told(edgeId, recording, [], undefined, tracks)];
    } catch (error) {
      if (CanopyError.from(error).retryable && this.#isAlive(edgeId)) throw error;
      return undefined;
    }
  }

  /** Asks an edge to record these tracks, and returns what it has of the recording. */
  async #told(
    edgeId: string,
    { id, meetingId, parts }: Recording,
    tracks: readonly Track[],
    routes: ReturnType<Planning['table']> | undefined,
    known = tracks,
  ): Promise<RecordingPart[]> {
    const targets = targetsOf(tracks.map(wantOf), tracks);
    const told = await this.#deps.media.record(edgeId, { meetingId, recordingId: id, targets, routes, forMs });
    const attributions = new Map<string, Attribution>(parts.map((part) => [part.trackId, part]));
    for (const track of known) attributions.set(track.id, attributionOf(track));
    return told.parts.map((part) => fromWire(part, attributions.get(part.trackId)));
  }

  /** One edge records: the one that did, and those that refused, are to let go. Who did not answer in time may have begun. */
  async #releaseOthers(edgeId: string, recording: Recording, refused: ReadonlySet<string>): Promise<void> {
    const others = new Set(refused);
    if (recording.edgeId !== undefined) others.add(recording.edgeId);
    others.delete(edgeId);
    await this.#release(others, recording);
  }

  async #release(edgeIds: ReadonlySet<string>, recording: Recording): Promise<void> {
    const release = async (edgeId: string) => {
      try {
        await this.#told(edgeId, recording, [], undefined);
      } catch (error) {
        this.#deps.logger.debug({ err: error, edgeId }, 'an edge that recorded does not answer any more');
      }
    };
    await Promise.all([...edgeIds].map(release));
  }

  #isAlive(edgeId: string): boolean {
    return this.#deps.edges.candidates().some(({ id, health }) => id === edgeId && health !== 'dead');
  }
}

function isSame(a: RecordingNotice, b: RecordingNotice | undefined): boolean {
  return a.recordingId === b?.recordingId && a.status === b.status && a.errorCode === b.errorCode;
}
