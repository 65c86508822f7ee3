import type { PullResponse } from '@canopy/proto/edge_link';
import type { Logger } from '@canopy/runtime/logger';
import type { Use } from '../../core/cascade/uses.ts';
import { adopt } from '../adopt.ts';
import { inBackground } from '../background.ts';
import type { MediaProducer, Pipe, PipeSender } from '../ports/media.ts';
import { KeptFlow } from './kept-flow.ts';
import type { Flow } from './link-flow.ts';
import type { TrackFeed } from './track-feed.ts';
import type { TrackHold } from './track-on-edge.ts';

export interface SentTrackOptions extends Pick<Flow, 'heldBack' | 'use'> {
  /** Hears what the child is to be told. */
  onHushed: (hushed: boolean) => void;
  logger: Logger;
}

/** A track on its way into a link: a sender per layer where its layers can be sent apart, else one. */
export class SentTrack {
  readonly #hold: TrackHold;
  readonly #senders: readonly PipeSender[];
  readonly #onHushed: (hushed: boolean) => void;
  #flow: Flow;
  #hushed: boolean;
  readonly #keptFlow = new KeptFlow();

  /** What is made belongs to `owned`, the hold included, and is closed with it. */
  static async open(
    hold: TrackHold,
    pipe: Pipe,
    options: SentTrackOptions,
    owned: DisposableStack,
  ): Promise<SentTrack> {
    adopt(owned, () => hold.release());
    const send = async (layer: MediaProducer) => {
      const sender = await pipe.send(layer);
      adopt(owned, () => sender.close());
      return sender;
    };
    const sent = new SentTrack(hold, await Promise.all(hold.track.layers.map(send)), options);
    adopt(owned, () => sent.#keptFlow.close());
    adopt(
      owned,
      hold.feed.facts.on('hushed', () => inBackground(options.logger, 'hushing a track', sent.#apply())),
    );
    await sent.#apply();
    return sent;
  }

  private constructor(hold: TrackHold, senders: readonly PipeSender[], { heldBack, use, onHushed }: SentTrackOptions) {
    this.#hold = hold;
    this.#senders = senders;
    this.#onHushed = onHushed;
    this.#flow = { heldBack, layers: Number.POSITIVE_INFINITY, insists: false, use };
    this.#hushed = this.#isHushed;
  }

  /** The way it comes to be sent. */
  get feed(): TrackFeed {
    return this.#hold.feed;
  }

  /** What the child takes it for. */
  get use(): Use {
    return this.#flow.use;
  }

  /** False once nothing comes any more of what is sent. */
  get flows(): boolean {
    return !this.#hold.feed.gone;
  }

  /** As it is now. */
  get answer(): PullResponse {
    const { kind, source, muted, pathFromOrigin, score } = this.#hold.feed;
    const rtpParameters = this.#hold.track.describe(this.#senders);
    return { kind, source, rtpParameters, muted, pathFromOrigin: [...pathFromOrigin], hushed: this.#hushed, score };
  }

  /** Sends that much of it. What is needed below is needed here, whether it is held back or not. */
  async setFlow(flow: Flow): Promise<void> {
    this.#flow = flow;
    this.#hold.need(flow.layers);
    this.#hold.insist(flow.insists);
    this.#hold.serve(flow.use);
    await this.#apply();
  }

  /** A relay has nothing to hold back: it passes on what it gets. */
  get #atOrigin(): boolean {
    return this.#hold.feed.parentId === undefined;
  }

  get #isHushed(): boolean {
    return this.#hold.feed.hushed && !(this.#atOrigin && this.#flow.insists);
  }

  async #apply(): Promise<void> {
    const hushed = this.#isHushed;
    if (hushed !== this.#hushed) {
      this.#hushed = hushed;
      this.#onHushed(hushed);
    }
    const { heldBack, layers } = this.#flow;
    // What is passed on of a second way may be held back here as well.
    this.#keptFlow.keep(heldBack ? undefined : this.feed);
    const silenced = heldBack || (hushed && this.#atOrigin);
    await Promise.all(this.#senders.map((sender, layer) => sender.setHeldBack(silenced || layer >= layers)));
  }
}
