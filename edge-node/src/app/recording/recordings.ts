import type { RecordedPart } from '@canopy/proto/edge_media';
import type { RouteTable } from '@canopy/proto/routing';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { KeyedQueue } from '@canopy/runtime/keyed-queue';
import type { Logger } from '@canopy/runtime/logger';
import type { Refused } from '../../core/recording/patience.ts';
import type { WantedTrack } from '../../core/subscription/subscription-diff.ts';
import type { RouteStore } from '../cascade/route-store.ts';
import type { Meetings } from '../meeting/meetings.ts';
import type { RecordingStore } from '../ports/recording.ts';
import { RecordedTrack } from './recorded-track.ts';

export interface RecordingsOptions {
  edgeId: string;
  meetings: Meetings;
  routes: RouteStore;
  /** Undefined: nothing is recorded on this edge. */
  store: RecordingStore | undefined;
  clock: Clock;
  logger: Logger;
  newId: () => string;
  /** True while this edge takes nobody new. */
  draining: () => boolean;
}

export interface RecordingRequest {
  meetingId: string;
  recordingId: string;
  targets: readonly WantedTrack[];
  routes: RouteTable | undefined;
  forMs: number;
}

interface Running {
  /** By track id, those on their way and those that are left alone for a while among them. */
  tracks: Map<string, RecordedTrack>;
  cancelLapse: () => void;
}

/** Meetings that one edge records at once. */
const mostRecordings = 16;

/** What is recorded on this edge. It is told again every few seconds what that should be: not told, it stops. */
export class Recordings {
  readonly #options: RecordingsOptions;
  readonly #running = new Map<string, Running>();
  readonly #queue = new KeyedQueue();

  constructor(options: RecordingsOptions) {
    this.#options = options;
  }

  /** How many are under way. */
  get size(): number {
    return this.#running.size;
  }

  /**
   * Records these tracks of a meeting, and no others, for so long. Nothing waits for a track that is not here yet; one that
   * can't be had is tried again when asked again, one that can't be written less and less often. Where there is no room left
   * all end. Returns all that is recorded. Errors: RECORDING_UNAVAILABLE, EDGE_DRAINING, RECORDING_LIMIT_REACHED,
   * RECORDING_DISK_FULL.
   */
  async record(request: RecordingRequest): Promise<RecordedPart[]> {
    const { store, routes } = this.#options;
    if (store === undefined) throw new CanopyError('RECORDING_UNAVAILABLE');
    routes.put(request.routes);
    await this.#queue.run(request.recordingId, () => this.#follow(request, store));
    return await store.parts(request.recordingId);
  }

  /** Ends everything; what was recorded stays. */
  close(): void {
    for (const recordingId of this.#running.keys()) this.#end(recordingId);
  }

  async #follow(request: RecordingRequest, store: RecordingStore): Promise<void> {
    const { recordingId, targets, forMs } = request;
    if (targets.length === 0) return this.#end(recordingId);
    const known = this.#running.get(recordingId);
    if (known === undefined) this.#requireLeave();
    await this.#requireRoom(recordingId, store);
    known?.cancelLapse();
    const cancelLapse = this.#options.clock.after(forMs, () => this.#end(recordingId));
    const tracks = known?.tracks ?? new Map<string, RecordedTrack>();
    this.#running.set(recordingId, { tracks, cancelLapse });
    const wanted = new Map(targets.map((target) => [target.want.trackId, target]));
    for (const [trackId, track] of tracks) {
      if (wanted.get(trackId)?.originEdgeId === track.originEdgeId) continue;
      tracks.delete(trackId);
      track.close();
    }
    for (const [trackId, target] of wanted) {
      const before = tracks.get(trackId);
      if (before?.isDue(this.#options.clock.now()) === false) continue;
      tracks.set(trackId, this.#begin(request, target, store, before?.refused));
    }
  }

  #requireLeave(): void {
    if (this.#options.draining()) throw new CanopyError('EDGE_DRAINING');
    if (this.#running.size >= mostRecordings) throw new CanopyError('RECORDING_LIMIT_REACHED');
  }

  async #requireRoom(recordingId: string, store: RecordingStore): Promise<void> {
    try {
      await store.requireRoom();
    } catch (error) {
      // What is written so far is ended whole, while there is room for that.
      this.#end(recordingId);
      throw error;
    }
  }

  #begin(
    { meetingId, recordingId }: RecordingRequest,
    target: WantedTrack,
    store: RecordingStore,
    before: Refused | undefined,
  ): RecordedTrack {
    const { edgeId, meetings, clock, logger, newId } = this.#options;
    const track = new RecordedTrack(target, { recordingId, partId: newId(), edgeId, before, store, clock, logger });
    meetings
      .with(meetingId, (meeting) => track.start(meeting))
      .catch((error: unknown) => {
        const { trackId } = target.want;
        logger.warn({ err: error, meetingId, recordingId, trackId }, 'a track is not recorded yet');
      });
    return track;
  }

  #end(recordingId: string): void {
    const running = this.#running.get(recordingId);
    this.#running.delete(recordingId);
    running?.cancelLapse();
    for (const track of running?.tracks.values() ?? []) track.close();
  }
}
