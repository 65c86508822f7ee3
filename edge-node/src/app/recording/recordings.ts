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
  /** Tracks that are written at once, those of all meetings together: each takes a process. */
  mostTracks: number;
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
  /** Tracks for which there is no writer left. */
  leftOut: number;
  cancelLapse: () => void;
}

/** What is recorded on this edge. It is told again every few seconds what that should be: not told, it stops. */
export class Recordings {
  readonly #options: RecordingsOptions;
  readonly #running = new Map<string, Running>();
  readonly #queue = new KeyedQueue();
  /** Tracks that are on their way, that are being written, or of which the end still is. */
  #writers = 0;

  constructor(options: RecordingsOptions) {
    this.#options = options;
  }

  /** How many are under way. */
  get size(): number {
    return this.#running.size;
  }

  /** How many tracks could be recorded besides. */
  get room(): number {
    return this.#options.mostTracks - this.#writers;
  }

  /** How many tracks of what is under way are not recorded, for there was no room. */
  get leftOut(): number {
    return [...this.#running.values()].reduce((sum, { leftOut }) => sum + leftOut, 0);
  }

  /**
   * Records these tracks of a meeting, and no others, for so long. One that is new is refused where there is no room for all of
   * them, unless nothing else is recorded here; of one that grows beyond it the first are recorded. Nothing waits for a track
   * that is not here yet; one that can't be had is tried again when asked again, one that can't be written less and less often.
   * Where there is no room left on the disk all end. Returns all that is recorded. Errors: RECORDING_UNAVAILABLE,
   * EDGE_DRAINING, RECORDING_LIMIT_REACHED, RECORDING_DISK_FULL, STORAGE_UNAVAILABLE.
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
    if (known === undefined) this.#requireLeave(targets.length);
    await this.#requireRoom(recordingId, store);
    known?.cancelLapse();
    const cancelLapse = this.#options.clock.after(forMs, () => this.#end(recordingId));
    const tracks = known?.tracks ?? new Map<string, RecordedTrack>();
    const running = { tracks, leftOut: known?.leftOut ?? 0, cancelLapse };
    this.#running.set(recordingId, running);
    const wanted = new Map(targets.map((target) => [target.want.trackId, target]));
    for (const [trackId, track] of tracks) {
      if (wanted.get(trackId)?.originEdgeId === track.originEdgeId) continue;
      tracks.delete(trackId);
      track.close();
    }
    let leftOut = 0;
    for (const [trackId, target] of wanted) {
      const before = tracks.get(trackId);
      if (before?.isDue(this.#options.clock.monotonicMs()) === false) continue;
      if (this.room > 0) tracks.set(trackId, this.#begin(request, target, store, before?.refused));
      else leftOut++;
    }
    if (leftOut > running.leftOut)
      this.#options.logger.warn(
        { meetingId: request.meetingId, recordingId, leftOut },
        'more tracks than are recorded here',
      );
    running.leftOut = leftOut;
  }

  #requireLeave(tracks: number): void {
    if (this.#options.draining()) throw new CanopyError('EDGE_DRAINING');
    if (tracks > this.room && this.#running.size > 0) throw new CanopyError('RECORDING_LIMIT_REACHED');
  }

  async #requireRoom(recordingId: string, store: RecordingStore): Promise<void> {
    try {
      await store.requireRoom();
    } catch (error) {
      // What is written so far is ended whole, while there is room for that. A disk that is away may be back before it lapses.
      if (CanopyError.from(error).code === 'RECORDING_DISK_FULL') this.#end(recordingId);
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
    this.#writers++;
    void meetings
      .with(meetingId, (meeting) => track.start(meeting))
      .catch((error: unknown) => {
        const { trackId } = target.want;
        logger.warn({ err: error, meetingId, recordingId, trackId }, 'a track is not recorded yet');
      })
      .then(() => track.ended)
      .then(() => this.#writers--);
    return track;
  }

  #end(recordingId: string): void {
    const running = this.#running.get(recordingId);
    this.#running.delete(recordingId);
    running?.cancelLapse();
    for (const track of running?.tracks.values() ?? []) track.close();
  }
}
