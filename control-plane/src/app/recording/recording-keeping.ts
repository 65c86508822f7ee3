import type { RecordedPart } from '@canopy/proto/edge_media';
import { TrackKind, TrackSource } from '@canopy/proto/media';
import type { Track } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { KeyedQueue } from '@canopy/runtime/keyed-queue';
import type { Logger } from '@canopy/runtime/logger';
import type { EdgeCandidate } from '../../core/placement/types.ts';
import { chooseRecorder } from '../../core/recording/choose-recorder.ts';
import { longestRecordingMs, type Recording, type RecordingPart, withParts } from '../../core/recording/recording.ts';
import type { EdgeMedia } from '../edges/edge-media.ts';
import type { Rooms } from '../events/rooms.ts';
import type { Planning } from '../planning/planning.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import { targetsOf } from '../session/wire.ts';
import type { RecordingRecords } from './ports.ts';
import { noticeOf } from './recordings.ts';

export interface RecordingKeepingDeps {
  records: Pick<RecordingRecords, 'unfinished' | 'current' | 'find' | 'setStatus' | 'progressed'>;
  store: Pick<MeetingStateStore, 'usage' | 'read' | 'setRecording'>;
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
/** Edges stop recording after this unless told again. */
const forMs = 20_000;
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
    for (const recording of unfinished) {
      if (await this.#deps.isFirst(`record ${recording.id}`)) await this.tell(recording);
    }
  }

  async #tellCurrent(meetingId: string): Promise<void> {
    const recording = await this.#deps.records.current(meetingId);
    if (recording !== undefined) await this.tell(recording);
  }

  async #tell(given: Recording): Promise<void> {
    const { meetingId, id } = given;
    // It may have been paused since it was looked at.
    const recording = await this.#announced((await this.#deps.records.find(meetingId, id)) ?? given);
    const [{ usage, plan }, { tracks }] = await Promise.all([
      this.#deps.store.usage(meetingId),
      this.#deps.store.read(meetingId),
    ]);
    const recorded = recording.status === 'running' ? tracks.filter(({ muted }) => !muted) : [];
    if (recorded.length === 0 || plan === undefined) return await this.#rest(recording, tracks);
    const origins = recorded.map(({ originEdgeId }) => originEdgeId);
    const refused = new Set<string>();
    let errorCode: string | undefined;
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      const members = new Set(usage.participants.keys());
      const decision = chooseRecorder(this.#deps.edges.candidates(), members, origins, recording.edgeId, refused);
      const { edgeId } = decision;
      if (edgeId === undefined) break;
      try {
        const parts = await this.#ask(edgeId, recording, recorded, this.#deps.planning.table(plan, edgeId));
        if (edgeId !== recording.edgeId) {
          this.#deps.logger.info({ meetingId, recordingId: recording.id, edgeId, decision }, 'recording on an edge');
          if (recording.edgeId !== undefined) await this.#release(recording.edgeId, recording);
        }
        return await this.#deps.records.progressed(recording.id, { edgeId, parts, errorCode: undefined });
      } catch (error) {
        // Of several reasons that of the edge that should have done it.
        errorCode ??= CanopyError.from(error).code;
        refused.add(edgeId);
        this.#deps.logger.warn({ err: error, meetingId, edgeId }, 'an edge does not record');
      }
    }
    const { edgeId, parts } = recording;
    await this.#deps.records.progressed(recording.id, { edgeId, parts, errorCode: errorCode ?? 'NO_EDGE_AVAILABLE' });
  }

  /** Who is in the meeting knows of it, also after the store lost its memory. One of a meeting that is over, or too long, ends. */
  async #announced(recording: Recording): Promise<Recording> {
    const { id, meetingId, startedAt, status } = recording;
    if (status === 'stopped') return recording;
    const tooLong = this.#deps.clock.now() - startedAt > longestRecordingMs;
    const over = { ...recording, status: 'stopped' as const };
    try {
      const notice = noticeOf(tooLong ? over : recording);
      this.#deps.rooms().changed(meetingId, await this.#deps.store.setRecording(meetingId, notice, !tooLong));
      if (!tooLong) return recording;
    } catch (error) {
      if (!(error instanceof CanopyError) || error.code !== 'MEETING_ENDED') throw error;
    }
    return (await this.#deps.records.setStatus(meetingId, id, 'stopped')) ?? over;
  }

  /** Nothing is to be recorded now; the edge tells what it wrote last, perhaps of tracks that it was never asked about since. */
  async #rest(recording: Recording, tracks: readonly Track[]): Promise<void> {
    const { id, edgeId, status, parts: known } = recording;
    if (edgeId === undefined) return;
    let parts: readonly RecordingPart[] = known;
    try {
      parts = await this.#ask(edgeId, recording, [], undefined, tracks);
    } catch (error) {
      // An edge that is gone tells no more.
      if (CanopyError.from(error).retryable && this.#isAlive(edgeId)) throw error;
      parts = withParts(known, []);
    }
    const settled = status === 'stopped' && parts.every(({ running }) => !running);
    await this.#deps.records.progressed(id, { edgeId: settled ? undefined : edgeId, parts, errorCode: undefined });
  }

  async #ask(
    edgeId: string,
    { id, meetingId, parts }: Recording,
    tracks: readonly Track[],
    routes: ReturnType<Planning['table']> | undefined,
    known = tracks,
  ): Promise<RecordingPart[]> {
    const targets = targetsOf(tracks.map(wantOf), tracks);
    const told = await this.#deps.media.record(edgeId, { meetingId, recordingId: id, targets, routes, forMs });
    const origins = new Map<string, Origin>(parts.map((part) => [part.trackId, part]));
    for (const track of known) origins.set(track.id, { participantId: track.participantId, screen: isScreen(track) });
    return withParts(
      parts,
      told.parts.map((part) => fromWire(part, origins.get(part.trackId))),
    );
  }

  async #release(edgeId: string, recording: Recording): Promise<void> {
    try {
      await this.#ask(edgeId, recording, [], undefined);
    } catch (error) {
      this.#deps.logger.debug({ err: error, edgeId }, 'an edge that recorded does not answer any more');
    }
  }

  #isAlive(edgeId: string): boolean {
    return this.#deps.edges.candidates().some(({ id, health }) => id === edgeId && health !== 'dead');
  }
}

/** The best there is, screens before cameras. */
function wantOf({ id, kind, source }: Track) {
  if (kind === TrackKind.AUDIO) return { trackId: id, width: 0, height: 0, priority: 255 };
  return { trackId: id, width: 1_920, height: 1_080, priority: source === TrackSource.SCREEN ? 200 : 100 };
}

function isScreen({ source }: Track): boolean {
  return source === TrackSource.SCREEN || source === TrackSource.SCREEN_AUDIO;
}

/** What an edge does not know of a track. */
type Origin = Pick<RecordingPart, 'participantId' | 'screen'>;

function fromWire(part: RecordedPart, origin: Origin | undefined): RecordingPart {
  const { partId, trackId, edgeId, kind, startedAtMs, writtenUntilMs, segments, bytes, running, errorCode } = part;
  return {
    id: partId,
    trackId,
    edgeId,
    kind: kind === TrackKind.AUDIO ? 'audio' : 'video',
    screen: origin?.screen ?? false,
    ...(origin?.participantId === undefined ? {} : { participantId: origin.participantId }),
    segments,
    bytes,
    running,
    startedAt: startedAtMs,
    writtenUntil: writtenUntilMs,
    ...(errorCode === undefined ? {} : { errorCode }),
  };
}
