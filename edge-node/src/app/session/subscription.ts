import type { ConsumerParameters, RtpCapabilities, TrackWant } from '@canopy/proto/media';
import type { Logger } from '@canopy/runtime/logger';
import { type PreferredLayers, preferredLayers } from '../../core/subscription/preferred-layers.ts';
import type { WantedTrack } from '../../core/subscription/subscription-diff.ts';
import { adopt } from '../adopt.ts';
import { inBackground } from '../background.ts';
import type { TrackOnEdge, ViewHold } from '../cascade/track-on-edge.ts';
import type { ClientTransport, MediaConsumer } from '../ports/media.ts';

/** What a subscription needs of the session it belongs to. */
export interface Viewer {
  readonly workerIndex: number;
  readonly transport: ClientTransport;
  readonly rtpCapabilities: RtpCapabilities;
}

interface Opened {
  hold: ViewHold;
  consumer: MediaConsumer;
}

/** One track on its way to one viewer: a hold on the track and a consumer. */
export class Subscription {
  readonly originEdgeId: string;
  /** What the client needs to receive it. Rejects with a coded error when the track can't be had, or is closed before. */
  readonly ready: Promise<ConsumerParameters>;
  #want: TrackWant;
  #opened: Opened | undefined;
  readonly #owned = new DisposableStack();
  readonly #logger: Logger;

  constructor(track: TrackOnEdge, { want, kind }: WantedTrack, viewer: Viewer, paused: boolean, logger: Logger) {
    this.originEdgeId = track.originEdgeId;
    this.#want = want;
    this.#logger = logger;
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
    const hold = await track.view(workerIndex);
    adopt(this.#owned, () => hold.release());
    // The consumer would end by itself, but later than the control plane hears of it and subscribes anew.
    this.#owned.defer(hold.facts.on('closed', () => this.close()));
    this.#owned.defer(hold.facts.on('switched', () => this.#follow(hold)));
    this.#owned.defer(hold.facts.on('settling', () => this.#settle(hold)));
    const asked = this.#layers(hold);
    const consumer = await transport.consume({
      producer: hold.producer,
      rtpCapabilities,
      preferredLayers: asked,
      priority: this.#want.priority,
      paused,
    });
    adopt(this.#owned, () => consumer.close());
    consumer.onClosed(() => this.close());
    this.#opened = { hold, consumer };
    if (this.#layers(hold).spatialLayer !== asked.spatialLayer) await this.#apply(this.#opened);
    return this.#opened;
  }

  /** The track comes another way now. */
  #follow(hold: ViewHold): void {
    if (!hold.lasting) this.close();
    else if (this.#opened !== undefined) inBackground(this.#logger, 'switching a consumer', this.#apply(this.#opened));
  }

  #settle(hold: ViewHold): void {
    const consumer = this.#opened?.consumer;
    if (consumer === undefined || hold.follows(consumer.spatialLayer)) return;
    inBackground(this.#logger, 'switching a consumer', consumer.reconsider());
  }

  #layers({ layers, place, feed }: ViewHold): PreferredLayers {
    return place(preferredLayers(layers, feed.source, this.#want));
  }

  #apply({ hold, consumer }: Opened): Promise<void> {
    return consumer.setPreferred(this.#layers(hold), this.#want.priority);
  }
}
