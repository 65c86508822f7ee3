import type { ConsumerParameters, RtpCapabilities, TrackWant } from '@canopy/proto/media';
import { type Clock, pause } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import { hasSeparateLayers } from '../../core/cascade/lanes.ts';
import { layersReachable, steadyAfterMs } from '../../core/subscription/layer-need.ts';
import { type Pacing, pace, unhindered } from '../../core/subscription/pacing.ts';
import { type PreferredLayers, preferredLayers } from '../../core/subscription/preferred-layers.ts';
import type { WantedTrack } from '../../core/subscription/subscription-diff.ts';
import { adopt } from '../adopt.ts';
import { inBackground } from '../background.ts';
import type { TrackOnEdge, Viewed, ViewHold } from '../cascade/track-on-edge.ts';
import type { Switch } from '../cascade/track-supply.ts';
import type { LocalCopy } from '../meeting/local-pipes.ts';
import type { ClientTransport, MediaConsumer, MediaProducer } from '../ports/media.ts';

/** What a subscription needs of the session it belongs to. */
export interface Viewer {
  readonly workerIndex: number;
  readonly transport: Pick<ClientTransport, 'consume'>;
  readonly rtpCapabilities: RtpCapabilities;
  /** The client takes a second, silent consumer for what comes two ways. */
  readonly acceptsBackup: boolean;
  /** It is to have the track even while others are louder at its origin. */
  readonly insists?: boolean;
  /** What to consume instead of a producer of the mesh, for a client that chose its payload types. It gives no estimate of its bandwidth. */
  readonly translate?: (producer: MediaProducer) => Promise<LocalCopy>;
}

const paceEveryMs = 1_000;
const completeWithinMs = 2_000;
const lookForLayerEveryMs = 50;
/** A way that fell silent is inactive by then, as mediasoup sees it, and who can follow the other has done so. */
const followWithinMs = 6_000;

interface Tools {
  clock: Clock;
  logger: Logger;
}

interface Opened {
  hold: ViewHold;
  consumer: MediaConsumer;
  /** The second consumer, which speaks when the first can't. */
  standby: MediaConsumer | undefined;
}

/** One track on its way to one viewer: a hold on the track and a consumer, or two where it comes two ways that can't be merged. */
export class Subscription {
  readonly originEdgeId: string;
  /** What the client needs to receive it. Rejects with a coded error when the track can't be had, or is closed before. */
  readonly ready: Promise<ConsumerParameters[]>;
  /** The client is ready for media. */
  #awaited: boolean;
  #want: TrackWant;
  #opened: Opened | undefined;
  /** Layers, counted from the lowest. */
  #needed = 0;
  /** The most layers within reach since fewer were than are needed; undefined while all of them are. */
  #lately: number | undefined;
  /** It has had media. */
  #begun = false;
  #pacing: Pacing;
  /** The highest layer to ask for, where the track has just begun to come another way. */
  #highest = Number.POSITIVE_INFINITY;
  #cancelLook = () => {};
  #cancelClimb = () => {};
  readonly #owned = new DisposableStack();
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(track: TrackOnEdge, { want, kind }: WantedTrack, viewer: Viewer, paused: boolean, tools: Tools) {
    this.originEdgeId = track.originEdgeId;
    this.#want = want;
    this.#clock = tools.clock;
    this.#pacing = unhindered(tools.clock.monotonicMs());
    this.#logger = tools.logger;
    this.#awaited = !paused;
    this.ready = this.#open(track, viewer, paused).then(({ consumer, standby }) => {
      const common = { trackId: want.trackId, kind };
      const { id: consumerId, rtpParameters } = consumer;
      const first = { ...common, consumerId, rtpParameters, paused };
      if (standby === undefined) return [first];
      const { id, rtpParameters: parameters } = standby;
      return [first, { ...common, consumerId: id, rtpParameters: parameters, paused: true, backup: true }];
    });
    this.ready.catch(() => this.close());
  }

  get want(): TrackWant {
    return this.#want;
  }

  /** The way it comes by goes on for a while only. */
  get outdated(): boolean {
    return this.#opened?.hold.isOutdated() ?? false;
  }

  get consumers(): MediaConsumer[] {
    if (this.#opened === undefined) return [];
    const { consumer, standby } = this.#opened;
    return standby === undefined ? [consumer] : [consumer, standby];
  }

  /** The next layer that the client asked for is here, but more than its connection carries. Not known of SVC, which is one stream. */
  get lowered(): boolean {
    if (this.#opened === undefined || !this.#awaited) return false;
    const { hold, consumer } = this.#opened;
    const { spatialLayer: asked, temporalLayer } = this.#layers(hold);
    const { spatialLayer: current } = consumer;
    const next = current === undefined ? 0 : hold.layerOf(current) + 1;
    if (hold.feed.muted || next > asked || !hasSeparateLayers(hold.producer)) return false;
    return arrives(hold, { spatialLayer: next, temporalLayer });
  }

  /** Resolves when the layer that is asked for arrives here: its publisher may have to be told first that somebody needs it. If it does not come, after a moment. */
  async complete(): Promise<void> {
    await this.ready;
    const giveUpAt = this.#clock.monotonicMs() + completeWithinMs;
    while (this.#opened !== undefined && this.#clock.monotonicMs() < giveUpAt) {
      const { hold } = this.#opened;
      if (hold.feed.muted || !hasSeparateLayers(hold.producer) || arrives(hold, this.#layers(hold))) return;
      await pause(this.#clock, lookForLayerEveryMs);
    }
  }

  /** The client is ready for media. */
  async resume(): Promise<void> {
    this.#awaited = true;
    if (this.#opened !== undefined) await this.#speak(this.#opened);
  }

  async change(want: TrackWant): Promise<void> {
    const opened = this.#opened;
    const asked = opened && this.#layers(opened.hold).spatialLayer;
    this.#want = want;
    if (opened === undefined) return;
    // A tile that becomes a little larger or smaller says nothing of what is within reach.
    if (this.#layers(opened.hold).spatialLayer !== asked) this.#ask(opened);
    await this.#apply(opened);
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
    { workerIndex, transport, rtpCapabilities, acceptsBackup, insists = false, translate }: Viewer,
    paused: boolean,
  ): Promise<Opened> {
    const hold = await track.view(workerIndex, acceptsBackup, (viewed) => this.#layers(viewed).spatialLayer + 1);
    adopt(this.#owned, () => hold.release());
    hold.insist(insists);
    this.#owned.defer(() => this.#cancelLook());
    this.#owned.defer(() => this.#cancelClimb());
    // The consumer would end by itself, but later than the control plane hears of it and subscribes anew.
    this.#owned.defer(hold.facts.on('closed', () => this.close()));
    this.#owned.defer(hold.facts.on('switched', ({ turning }) => this.#follow(hold, turning)));
    this.#owned.defer(hold.facts.on('settling', () => this.#settle(hold)));
    const [asked, { priority }] = [this.#placed(hold), this.#want];
    const consume = async (served: MediaProducer, heldBack: boolean) => {
      const translated = await translate?.(served);
      if (translated !== undefined) adopt(this.#owned, () => translated.release());
      const producer = translated?.producer ?? served;
      const options = { producer, rtpCapabilities, preferredLayers: asked, priority, paused: heldBack };
      const consumer = await transport.consume(options);
      adopt(this.#owned, () => consumer.close());
      return consumer;
    };
    const consumer = await consume(hold.producer, paused);
    const standby = hold.standby && (await consume(hold.standby, true));
    this.#opened = { hold, consumer, standby };
    const opened = this.#opened;
    this.#ask(opened);
    consumer.onSpatialLayer(() => {
      this.#begun ||= consumer.spatialLayer !== undefined;
      this.#need(opened, this.#reachable(opened));
    });
    for (const one of this.consumers) {
      one.onClosed(() => {
        if (this.consumers.every(({ closed }) => closed)) this.close();
      });
    }
    if (hold.usesStandby() || this.#awaited === paused) await this.#speak(this.#opened);
    const changed = this.#placed(hold).spatialLayer !== asked.spatialLayer || this.#want.priority !== priority;
    if (changed) await this.#apply(this.#opened);
    if (translate !== undefined) this.#pace(opened);
    return this.#opened;
  }

  /** The track comes another way now. */
  #follow(hold: ViewHold, turning: Switch['turning']): void {
    if (!hold.lasting) this.close();
    else if (this.#opened !== undefined) {
      if (hold.standby === undefined) this.#stayLow(this.#opened);
      const changed = hold.standby === undefined ? this.#apply(this.#opened) : this.#speak(this.#opened);
      turning(changed);
      inBackground(this.#logger, 'switching a consumer', changed);
    }
  }

  /**
   * Asks for no more than the client gets, for a while. Of what a weak connection carries mediasoup takes the highest layer up to
   * the one that is asked for, and that may be one of the way that fell silent: it would wait for it for 1.5 s.
   */
  #stayLow(opened: Opened): void {
    const { hold, consumer } = opened;
    const { spatialLayer } = consumer;
    this.#cancelClimb();
    this.#highest = Number.POSITIVE_INFINITY;
    const current = spatialLayer === undefined ? Number.POSITIVE_INFINITY : hold.layerOf(spatialLayer);
    if (current >= this.#layers(hold).spatialLayer) return;
    this.#highest = current;
    this.#cancelClimb = this.#clock.after(followWithinMs, () => {
      this.#highest = Number.POSITIVE_INFINITY;
      inBackground(this.#logger, 'letting a consumer climb', this.#apply(opened));
    });
  }

  /** Who has had nothing yet begins with whatever way comes first: to ask again would only ask for more keyframes. */
  #settle(hold: ViewHold): void {
    const [consumer] = this.consumers;
    if (!this.#awaited || !this.#begun || consumer === undefined || hold.follows(consumer.spatialLayer)) return;
    inBackground(this.#logger, 'switching a consumer', consumer.reconsider());
  }

  #placed(viewed: Viewed): PreferredLayers {
    const { spatialLayer, temporalLayer } = this.#layers(viewed);
    return viewed.place({ spatialLayer: Math.min(spatialLayer, this.#highest), temporalLayer });
  }

  /** Layers of the track. */
  #layers(viewed: Viewed): PreferredLayers {
    const { spatialLayer, temporalLayer } = this.#wanted(viewed);
    return { spatialLayer: Math.max(0, spatialLayer - this.#pacing.spared), temporalLayer };
  }

  #wanted({ layers, feed }: Viewed): PreferredLayers {
    return preferredLayers(layers, feed.source, this.#want);
  }

  /** Spares the client layers as long as too little gets through to it. */
  #pace(opened: Opened): void {
    const stop = this.#clock.every(paceEveryMs, () => {
      const { hold, consumer } = opened;
      const before = this.#pacing;
      this.#pacing = pace(before, consumer.score, this.#wanted(hold).spatialLayer, this.#clock.monotonicMs());
      if (this.#pacing.spared === before.spared) return;
      this.#ask(opened);
      inBackground(this.#logger, 'sparing a client layers', this.#apply(opened));
    });
    adopt(this.#owned, stop);
  }

  /** Needs all the layers that are asked for, until it turns out what is within reach. */
  #ask(opened: Opened): void {
    this.#needed = 0;
    this.#need(opened, this.#layers(opened.hold).spatialLayer + 1);
  }

  /** Says how many layers are needed of the track: more at once, fewer when for a while no more were within reach. */
  #need(opened: Opened, layers: number): void {
    if (this.#owned.disposed) return;
    if (layers >= this.#needed) {
      this.#cancelLook();
      this.#lately = undefined;
      this.#needed = layers;
      opened.hold.need(layers);
    }
    const reachable = this.#reachable(opened);
    if (this.#lately !== undefined) this.#lately = Math.max(this.#lately, reachable);
    else if (reachable < this.#needed) {
      this.#lately = reachable;
      this.#cancelLook = this.#clock.after(steadyAfterMs, () => this.#settleFor(opened));
    }
  }

  #settleFor(opened: Opened): void {
    this.#needed = this.#lately ?? this.#needed;
    this.#lately = undefined;
    opened.hold.need(this.#needed);
    // It may be less by now.
    this.#need(opened, 0);
  }

  #reachable({ hold, consumer }: Opened): number {
    const wanted = this.#layers(hold);
    const { spatialLayer } = consumer;
    if (spatialLayer !== undefined) return layersReachable(wanted.spatialLayer, hold.layerOf(spatialLayer));
    // Not even the lowest gets through, though it comes.
    const starves = this.#begun && !hold.feed.muted && arrives(hold, { ...wanted, spatialLayer: 0 });
    return layersReachable(wanted.spatialLayer, starves ? -1 : undefined);
  }

  /** Lets the consumer of the way in use speak, and the other be silent, once the client is ready. */
  async #speak({ hold, consumer, standby }: Opened): Promise<void> {
    if (!this.#awaited) return;
    const [speaker, listener] = hold.usesStandby() ? [standby, consumer] : [consumer, standby];
    await Promise.all([speaker?.resume(), listener?.pause()]);
  }

  async #apply({ hold }: Opened): Promise<void> {
    const layers = this.#placed(hold);
    await Promise.all(this.consumers.map((consumer) => consumer.setPreferred(layers, this.#want.priority)));
  }
}

/** Media of a layer of the track comes by the way in use. */
function arrives(viewed: Viewed, layers: PreferredLayers): boolean {
  return viewed.producer.arrives(viewed.place(layers).spatialLayer);
}
