import type { ConsumerParameters, RtpCapabilities, TrackWant } from '@canopy/proto/media';
import { preferredLayers } from '../../core/subscription/preferred-layers.ts';
import type { WantedTrack } from '../../core/subscription/subscription-diff.ts';
import { adopt } from '../adopt.ts';
import type { TrackHold, TrackOnEdge } from '../cascade/track-on-edge.ts';
import type { ClientTransport, MediaConsumer } from '../ports/media.ts';

/** What a subscription needs of the session it belongs to. */
export interface Viewer {
  readonly workerIndex: number;
  readonly transport: ClientTransport;
  readonly rtpCapabilities: RtpCapabilities;
}

interface Opened {
  hold: TrackHold;
  consumer: MediaConsumer;
}

/** One track on its way to one viewer: a hold on the track and a consumer. */
export class Subscription {
  /** What the client needs to receive it. Rejects with a coded error when the track can't be had, or is closed before. */
  readonly ready: Promise<ConsumerParameters>;
  #want: TrackWant;
  #opened: Opened | undefined;
  readonly #owned = new DisposableStack();

  constructor(track: TrackOnEdge, { want, kind }: WantedTrack, viewer: Viewer, paused: boolean) {
    this.#want = want;
    this.ready = this.#open(track, viewer, paused).then(({ consumer }) => ({
      consumerId: consumer.id,
      trackId: want.trackId,
      kind,
      rtpParameters: consumer.rtpParameters,
      paused,
    }));
    this.ready.catch(() => this.close());
  }

  get want(): TrackWant {
    return this.#want;
  }

  get consumer(): MediaConsumer | undefined {
    return this.#opened?.consumer;
  }

  async change(want: TrackWant): Promise<void> {
    this.#want = want;
    if (this.#opened !== undefined) await this.#apply(this.#opened);
  }

  onClosed(listener: () => void): void {
    if (this.#owned.disposed) listener();
    else this.#owned.defer(listener);
  }

  close(): void {
    this.#owned.dispose();
  }

  async #open(
    track: TrackOnEdge,
    { workerIndex, transport, rtpCapabilities }: Viewer,
    paused: boolean,
  ): Promise<Opened> {
    const hold = await track.hold(workerIndex);
    adopt(this.#owned, () => hold.release());
    // The consumer would end by itself, but later than the control plane hears of it and subscribes anew.
    this.#owned.defer(track.facts.on('replaced', () => this.close()));
    this.#owned.defer(track.facts.on('closed', () => this.close()));
    const asked = this.#want;
    const consumer = await transport.consume({
      producer: hold.producer,
      rtpCapabilities,
      preferredLayers: preferredLayers(hold.producer.layers, hold.feed.source, asked),
      priority: asked.priority,
      paused,
    });
    adopt(this.#owned, () => consumer.close());
    consumer.onClosed(() => this.close());
    this.#opened = { hold, consumer };
    if (this.#want !== asked) await this.#apply(this.#opened);
    return this.#opened;
  }

  #apply({ hold, consumer }: Opened): Promise<void> {
    const layers = preferredLayers(hold.producer.layers, hold.feed.source, this.#want);
    return consumer.setPreferred(layers, this.#want.priority);
  }
}
