import type { PullResponse } from '@canopy/proto/edge_link';
import { adopt } from '../adopt.ts';
import type { MediaProducer, Pipe, PipeSender } from '../ports/media.ts';
import type { Flow } from './link-flow.ts';
import type { TrackHold } from './track-on-edge.ts';

/** A track on its way into a link: a sender per layer where its layers can be sent apart, else one. */
export class SentTrack {
  readonly answer: PullResponse;
  readonly #hold: TrackHold;
  readonly #senders: readonly PipeSender[];

  /** What is made belongs to `owned`, the hold included, and is closed with it. */
  static async open(hold: TrackHold, pipe: Pipe, heldBack: boolean, owned: DisposableStack): Promise<SentTrack> {
    adopt(owned, () => hold.release());
    const send = async (layer: MediaProducer) => {
      const sender = await pipe.send(layer);
      adopt(owned, () => sender.close());
      if (heldBack) await sender.setHeldBack(true);
      return sender;
    };
    return new SentTrack(hold, await Promise.all(hold.track.layers.map(send)));
  }

  private constructor(hold: TrackHold, senders: readonly PipeSender[]) {
    this.#hold = hold;
    this.#senders = senders;
    const { kind, source, muted, pathFromOrigin } = hold.feed;
    const rtpParameters = hold.track.describe(senders);
    this.answer = { kind, source, rtpParameters, muted, pathFromOrigin: [...pathFromOrigin] };
  }

  /** Sends that much of it. What is needed below is needed here, whether it is held back or not. */
  async setFlow({ heldBack, layers }: Flow): Promise<void> {
    this.#hold.need(layers);
    await Promise.all(this.#senders.map((sender, layer) => sender.setHeldBack(heldBack || layer >= layers)));
  }
}
