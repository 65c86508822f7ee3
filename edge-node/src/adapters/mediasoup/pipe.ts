import type { PipeEndpoint } from '@canopy/proto/edge_link';
import type { RtpParameters, TrackKind } from '@canopy/proto/media';
import type { types } from 'mediasoup';
import type { MediaProducer, Pipe, PipeSender } from '../../app/ports/media.ts';
import { produceOn } from './client-transport.ts';
import { MediasoupClosable, statsUnlessClosed, unlessClosed } from './closable.ts';
import { fromPipe, fromRtpParameters, toPipeRemote } from './convert.ts';
import { relayedKeyFrameRequestDelayMs } from './producer.ts';
import { noticingLoss, requireOpen } from './refusal.ts';

export class MediasoupPipe extends MediasoupClosable implements Pipe {
  readonly #transport: types.PipeTransport;

  constructor(transport: types.PipeTransport) {
    super(transport);
    this.#transport = transport;
  }

  get endpoint(): PipeEndpoint {
    return fromPipe(this.#transport);
  }

  async connect(remote: PipeEndpoint): Promise<void> {
    await noticingLoss(this, () => this.#transport.connect(toPipeRemote(remote)));
  }

  async send(producer: MediaProducer): Promise<PipeSender> {
    return noticingLoss(this, async () => {
      const consumer = await this.#transport.consume({ producerId: producer.id });
      return new MediasoupPipeSender(requireOpen(this, consumer));
    });
  }

  receive(track: { kind: TrackKind; rtpParameters: RtpParameters; paused: boolean }): Promise<MediaProducer> {
    return noticingLoss(this, () => produceOn(this.#transport, track, relayedKeyFrameRequestDelayMs));
  }

  async receivedBytes(): Promise<number> {
    const [stats] = await this.#transport.getStats();
    return stats?.bytesReceived ?? 0;
  }

  async receivedBps(): Promise<number> {
    const stats = await statsUnlessClosed(this, () => this.#transport.getStats());
    return stats[0]?.recvBitrate ?? 0;
  }
}

class MediasoupPipeSender extends MediasoupClosable implements PipeSender {
  readonly rtpParameters: RtpParameters;
  readonly #consumer: types.Consumer;

  constructor(consumer: types.Consumer) {
    super(consumer);
    this.#consumer = consumer;
    this.rtpParameters = fromRtpParameters(consumer.rtpParameters);
  }

  async setHeldBack(heldBack: boolean): Promise<void> {
    if (!this.closed) await unlessClosed(this, heldBack ? this.#consumer.pause() : this.#consumer.resume());
  }
}
