import { TrackKind } from '@canopy/proto/media';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import type { PartRecord } from '../../core/recording/part.ts';
import { type Refused, refusedAgain } from '../../core/recording/patience.ts';
import { describeStream } from '../../core/recording/sdp.ts';
import type { WantedTrack } from '../../core/subscription/subscription-diff.ts';
import { adopt } from '../adopt.ts';
import { inBackground } from '../background.ts';
import type { Meeting } from '../meeting/meeting.ts';
import type { RecordingStore } from '../ports/recording.ts';
import { Subscription } from '../session/subscription.ts';

/** A segment begins with a keyframe, so one is asked for this often. */
const segmentMs = 10_000;
/** It came, and could not be written. */
const unwritable: ReadonlySet<string> = new Set(['RECORDING_FAILED', 'STORAGE_UNAVAILABLE']);

export interface RecordedTrackOptions {
  recordingId: string;
  partId: string;
  edgeId: string;
  /** It was tried before, and refused. */
  before: Refused | undefined;
  store: RecordingStore;
  clock: Clock;
  logger: Logger;
}

/** One track on its way into a recording: a viewer like any other, whose screen is a file. */
export class RecordedTrack {
  readonly #target: WantedTrack;
  readonly #options: RecordedTrackOptions;
  readonly #owned = new DisposableStack();
  #part: PartRecord | undefined;
  #refused: Refused | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(target: WantedTrack, options: RecordedTrackOptions) {
    this.#target = target;
    this.#options = options;
  }

  get originEdgeId(): string {
    return this.#target.originEdgeId;
  }

  get closed(): boolean {
    return this.#owned.disposed;
  }

  /** Resolves when nothing writes it any more, which takes a moment after it was closed; at once when nothing does yet. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** It could not be written, though it came: another try would most likely end the same way. Its media can only be others under another id, or from another origin. */
  get refused(): Refused | undefined {
    return this.#refused;
  }

  /** It is over, and to be tried again; `now` in ms of the clock that nobody sets. */
  isDue(now: number): boolean {
    return this.closed && now >= (this.#refused?.until ?? now);
  }

  close(): void {
    this.#owned.dispose();
  }

  /** Resolves when it is being written. Rejects with a coded error when it can't be had or written, or was closed before; then it is closed. */
  async start(meeting: Meeting): Promise<void> {
    try {
      await this.#bring(meeting);
    } catch (error) {
      if (error instanceof CanopyError && unwritable.has(error.code)) this.#refuse();
      this.close();
      throw error;
    }
  }

  async #bring(meeting: Meeting): Promise<void> {
    const target = this.#target;
    const { recordingId, partId, store, clock, logger } = this.#options;
    const { trackId } = target.want;
    const lease = await meeting.routers.acquireAny();
    adopt(this.#owned, () => lease.release());
    using ports = await store.takePorts();
    const { port } = ports;
    const transport = await lease.router.openOutlet(port);
    adopt(this.#owned, () => transport.close());
    const { workerIndex } = lease.router;
    const { rtpCapabilities } = transport;
    const viewer = { workerIndex, transport, rtpCapabilities, acceptsBackup: false, insists: true };
    const track = meeting.tracks.obtain(trackId, target.originEdgeId);
    const subscription = new Subscription(track, target, viewer, true, { clock, logger });
    adopt(this.#owned, () => subscription.close());
    const [parameters] = await subscription.ready;
    const [consumer] = subscription.consumers;
    if (parameters?.rtpParameters === undefined || consumer === undefined) throw new CanopyError('TRACK_NOT_FOUND');
    const writing = await store.write(recordingId, partId, describeStream(parameters.rtpParameters, port), port);
    this.#ended = new Promise((resolve) => {
      writing.onEnded((failure) => {
        this.#finish(failure);
        resolve();
      });
    });
    adopt(this.#owned, () => writing.stop());
    subscription.onClosed(() => this.close());
    // A file is to begin with the picture that it goes on with.
    await subscription.complete();
    await consumer.onFirstPacket(() => this.#began(trackId, target.kind));
    await subscription.resume();
    const askForKeyFrame = () => inBackground(logger, 'asking for a keyframe', consumer.requestKeyFrame());
    adopt(this.#owned, clock.every(segmentMs, askForKeyFrame));
  }

  #began(trackId: string, kind: TrackKind): void {
    const { partId, edgeId, clock } = this.#options;
    const media = kind === TrackKind.AUDIO ? 'audio' : 'video';
    this.#part = { partId, trackId, edgeId, kind: media, startedAtMs: clock.now() };
    this.#note();
  }

  #finish(failure: PartRecord['errorCode']): void {
    // One of which nothing came, or that ended before, just was not given enough to write.
    if (failure === 'RECORDING_FAILED' && this.#part !== undefined && !this.closed) this.#refuse();
    this.close();
    if (this.#part === undefined) return;
    const { clock } = this.#options;
    this.#part = { ...this.#part, endedAtMs: clock.now(), ...(failure && { errorCode: failure }) };
    this.#note();
  }

  #refuse(): void {
    const { before, clock } = this.#options;
    this.#refused = refusedAgain(before, clock.monotonicMs());
  }

  #note(): void {
    const { recordingId, store, logger } = this.#options;
    if (this.#part !== undefined) inBackground(logger, 'noting a recorded part', store.note(recordingId, this.#part));
  }
}
