import type { RtpEncoding, RtpParameters } from '@canopy/proto/media';
import { CanopyError } from '@canopy/runtime/errors';
import type { MediaProducer, PipeSender } from '../ports/media.ts';

/** A track as it is sent to a child. */
export interface SendableTrack {
  /** What can be sent apart: each layer, the lowest first, or the whole track. */
  readonly layers: readonly MediaProducer[];
  /** The parameters of the whole track when its layers leave by `senders`. */
  describe(senders: readonly PipeSender[]): RtpParameters;
}

/** A track that is sent whole, or not at all. */
export function wholeTrack(producer: MediaProducer): SendableTrack {
  return { layers: [producer], describe: (senders) => lowest(senders).rtpParameters };
}

/** A simulcast track as one producer per layer, so that each can be sent without the others. */
export class SplitProducer implements SendableTrack {
  readonly layers: readonly MediaProducer[];
  readonly #feeder: PipeSender;

  /** `feeder` sends the whole track to where `receive` makes a producer of each of its layers; it is closed with them, or on failure. */
  static async open(
    feeder: PipeSender,
    receive: (encoding: RtpEncoding) => Promise<MediaProducer>,
  ): Promise<SplitProducer> {
    const opened = await Promise.allSettled(feeder.rtpParameters.encodings.map(receive));
    const layers = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const failed = opened.find((one) => one.status === 'rejected');
    const split = new SplitProducer(feeder, layers);
    if (failed === undefined) return split;
    split.close();
    throw failed.reason;
  }

  private constructor(feeder: PipeSender, layers: readonly MediaProducer[]) {
    this.#feeder = feeder;
    this.layers = layers;
    feeder.onClosed(() => this.close());
    for (const layer of layers) layer.onClosed(() => this.close());
  }

  describe(senders: readonly PipeSender[]): RtpParameters {
    const encodings = this.#feeder.rtpParameters.encodings.map((encoding, layer) => ({
      ...encoding,
      ...senders[layer]?.rtpParameters.encodings[0],
    }));
    return { ...lowest(senders).rtpParameters, encodings };
  }

  async setPaused(paused: boolean): Promise<void> {
    await Promise.all(this.layers.map((layer) => layer.setPaused(paused)));
  }

  close(): void {
    this.#feeder.close();
    for (const layer of this.layers) layer.close();
  }

  onClosed(listener: () => void): void {
    this.#feeder.onClosed(listener);
  }
}

function lowest([sender]: readonly PipeSender[]): PipeSender {
  if (sender === undefined) throw new CanopyError('INTERNAL');
  return sender;
}
