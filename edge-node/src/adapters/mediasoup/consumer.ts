import type { RtpParameters } from '@canopy/proto/media';
import type { types } from 'mediasoup';
import type { MediaConsumer } from '../../app/ports/media.ts';
import type { PreferredLayers } from '../../core/subscription/preferred-layers.ts';
import { MediasoupClosable } from './closable.ts';
import { fromRtpParameters } from './convert.ts';

export class MediasoupConsumer extends MediasoupClosable implements MediaConsumer {
  readonly id: string;
  readonly rtpParameters: RtpParameters;
  readonly #consumer: types.Consumer;

  constructor(consumer: types.Consumer) {
    super(consumer);
    this.#consumer = consumer;
    this.id = consumer.id;
    this.rtpParameters = fromRtpParameters(consumer.rtpParameters);
  }

  async resume(): Promise<void> {
    if (!this.closed) await this.#consumer.resume();
  }

  async setPreferred(layers: PreferredLayers, priority: number): Promise<void> {
    if (this.closed || this.#consumer.kind === 'audio') return;
    if (this.#consumer.type !== 'simple') await this.#consumer.setPreferredLayers(layers);
    await this.#consumer.setPriority(Math.max(1, priority));
  }
}
