import type { TrackKind } from '@canopy/proto/media';
import { parseScalabilityMode, type types } from 'mediasoup';
import type { MediaProducer } from '../../app/ports/media.ts';
import { type Arrival, together } from '../../core/load/arrival.ts';
import type { LayerCounts } from '../../core/subscription/preferred-layers.ts';
import { MediasoupClosable, statsUnlessClosed, unlessClosed } from './closable.ts';
import { fromKind } from './convert.ts';

/**
 * Least time between two keyframe requests to a publisher, ms. Viewers that join together share one. A little more than the
 * 500 that are promised: mediasoup counts from when its worker woke, in whole ms, not from when the request left. Not much
 * more, for the second delay is to be over when mediasoup asks again for a keyframe that did not come, after a second.
 */
export const keyFrameRequestDelayMs = 505;

/**
 * None to a parent, or another worker: the waits of all hops would add up, and only the publisher needs mercy. Requests that come
 * while a keyframe is on its way share it; mediasoup holds one back, and sends it later though the keyframe has come, only where
 * there is a delay (KeyFrameRequestManager).
 */
export const relayedKeyFrameRequestDelayMs = 0;

export class MediasoupProducer extends MediasoupClosable implements MediaProducer {
  readonly id: string;
  readonly kind: TrackKind;
  readonly mimeType: string;
  readonly layers: LayerCounts;
  readonly #producer: types.Producer;
  #pausedAsked: boolean;

  constructor(producer: types.Producer) {
    super(producer);
    this.#producer = producer;
    this.id = producer.id;
    this.kind = fromKind(producer.kind);
    this.mimeType = producer.rtpParameters.codecs[0]?.mimeType ?? '';
    this.layers = layersOf(producer);
    this.#pausedAsked = producer.paused;
  }

  async setPaused(paused: boolean): Promise<void> {
    if (this.closed || this.#pausedAsked === paused) return;
    this.#pausedAsked = paused;
    await unlessClosed(this, paused ? this.#producer.pause() : this.#producer.resume());
  }

  async bitrateBps(): Promise<number> {
    return (await this.arrival()).bps;
  }

  /** Loss as it stands in the last receiver report (RFC 3550 §6.4.1), in 256ths. */
  async arrival(): Promise<Arrival> {
    const stats = await statsUnlessClosed(this, () => this.#producer.getStats());
    return together(stats.map(({ bitrate, fractionLost }) => ({ bps: bitrate, lossRatio: fractionLost / 256 })));
  }

  async receivedBytes(): Promise<number> {
    const stats = await statsUnlessClosed(this, () => this.#producer.getStats());
    return stats.reduce((sum, { byteCount }) => sum + byteCount, 0);
  }

  get score(): number {
    return Math.max(0, ...this.#producer.score.map(({ score }) => score));
  }

  arrives(spatialLayer: number): boolean {
    return this.#producer.score.some(({ encodingIdx, score }) => encodingIdx === spatialLayer && score > 0);
  }

  onScore(listener: (score: number) => void): void {
    this.#producer.on('score', () => listener(this.score));
  }
}

function layersOf({ type, rtpParameters: { encodings = [] } }: types.Producer): LayerCounts {
  const { spatialLayers, temporalLayers } = parseScalabilityMode(encodings[0]?.scalabilityMode);
  return { spatial: type === 'simulcast' ? encodings.length : spatialLayers, temporal: temporalLayers };
}
