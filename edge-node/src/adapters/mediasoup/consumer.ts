import type { RtpParameters } from '@canopy/proto/media';
import { parseScalabilityMode, type types } from 'mediasoup';
import type { MediaConsumer } from '../../app/ports/media.ts';
import type { PreferredLayers } from '../../core/subscription/preferred-layers.ts';
import { MediasoupClosable, unlessClosed } from './closable.ts';
import { fromRtpParameters } from './convert.ts';

export class MediasoupConsumer extends MediasoupClosable implements MediaConsumer {
  readonly id: string;
  readonly rtpParameters: RtpParameters;
  readonly #consumer: types.Consumer;
  readonly #layers: number;
  #priority = 1;
  /** As asked for last, whether the worker has answered or not. */
  #preferred: PreferredLayers | undefined;

  constructor(consumer: types.Consumer) {
    super(consumer);
    this.#consumer = consumer;
    this.id = consumer.id;
    this.rtpParameters = fromRtpParameters(consumer.rtpParameters);
    this.#layers = parseScalabilityMode(consumer.rtpParameters.encodings?.[0]?.scalabilityMode).spatialLayers;
    const { spatialLayer, temporalLayer = 0 } = consumer.preferredLayers ?? {};
    this.#preferred = spatialLayer === undefined ? undefined : { spatialLayer, temporalLayer };
  }

  async resume(): Promise<void> {
    if (!this.closed) await unlessClosed(this, this.#consumer.resume());
  }

  async pause(): Promise<void> {
    if (!this.closed) await unlessClosed(this, this.#consumer.pause());
  }

  get score(): number {
    return this.#consumer.score.score;
  }

  get spatialLayer(): number | undefined {
    return this.#consumer.currentLayers?.spatialLayer;
  }

  onSpatialLayer(listener: () => void): void {
    this.#consumer.on('layerschange', listener);
  }

  /** Only a change makes mediasoup look: after the sender report that it lacked (SimulcastProducerStreamManager), it does not by itself. */
  async reconsider(): Promise<void> {
    const preferred = this.#preferred;
    if (this.closed || this.#consumer.type !== 'simulcast' || preferred === undefined) return;
    const neighbour = { ...preferred, spatialLayer: neighbourOf(preferred.spatialLayer, this.#layers) };
    await unlessClosed(this, this.#consumer.setPreferredLayers(neighbour));
    // Others that were asked for meanwhile are a change as well, and stay.
    if (this.closed || preferred !== this.#preferred) return;
    await unlessClosed(this, this.#consumer.setPreferredLayers(preferred));
  }

  async requestKeyFrame(): Promise<void> {
    if (!this.closed && this.#consumer.kind === 'video') await unlessClosed(this, this.#consumer.requestKeyFrame());
  }

  async onFirstPacket(listener: () => void): Promise<void> {
    this.#consumer.once('trace', () => {
      listener();
      if (!this.closed) void unlessClosed(this, this.#consumer.enableTraceEvent([]));
    });
    if (!this.closed) await unlessClosed(this, this.#consumer.enableTraceEvent(['rtp']));
  }

  async setPreferred(layers: PreferredLayers, priority: number): Promise<void> {
    if (this.closed || this.#consumer.kind === 'audio') return;
    this.#preferred = layers;
    if (this.#consumer.type !== 'simple') await unlessClosed(this, this.#consumer.setPreferredLayers(layers));
    if (this.closed || priority === this.#priority) return;
    this.#priority = Math.max(1, priority);
    await unlessClosed(this, this.#consumer.setPriority(this.#priority));
  }
}

/** The layer below or above that comes the same way, if there is one ({@link interleave}): its keyframe is that of all of them. */
function neighbourOf(layer: number, layers: number): number {
  if (layers <= 2) return layer ^ 1;
  return layer < 2 ? layer + 2 : layer - 2;
}
