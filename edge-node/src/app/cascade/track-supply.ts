import { type Clock, pause } from '@canopy/runtime/clock';
import { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { fromMerged, isMergeable, type Lane, laneOf, otherLane, perLane, toMerged } from '../../core/cascade/lanes.ts';
import { layerSettleMs } from '../../core/cascade/layer-demand.ts';
import { givenUpAfterMs, lostAfterMs, type Reception, seemsBroken, silentAfterMs } from '../../core/cascade/silence.ts';
import type { LayerCounts, PreferredLayers } from '../../core/subscription/preferred-layers.ts';
import { inBackground } from '../background.ts';
import type { LocalPipes } from '../meeting/local-pipes.ts';
import { MergedProducer } from '../meeting/merged-producer.ts';
import type { MediaProducer } from '../ports/media.ts';
import { type Failover, timeFailover } from './failover.ts';
import { KeptFlow } from './kept-flow.ts';
import { type ServedProducer, TrackServing } from './track-serving.ts';
import type { Way } from './way.ts';

/** The other way is in use from now on. */
export interface Switch {
  /** Nothing came over the one before. */
  fellBack: boolean;
  /** Who turns to it says until when: where nothing comes any more, the keyframe they all need is asked for when they have turned. */
  readonly turning: (work: Promise<unknown>) => void;
}

export type SupplyFacts = {
  /** Consumers of merged producers must ask for the other layers. */
  switched: Switch;
  /** A while after that, and after somebody came: a consumer that does not follow the way in use yet must ask again. */
  settling: undefined;
  /** A way is gone, or nobody tells about it any more. */
  weakened: undefined;
  /** The track is over. */
  ended: undefined;
  /** It serves nobody any more. */
  closed: undefined;
};

export interface TrackSupplyOptions {
  pipes: LocalPipes;
  clock: Clock;
  logger: Logger;
  /** Nobody needs it to flow yet: it is only passed on to those who hold it ready. */
  idle: boolean;
  /** Hears of each change to the other way that was not planned. */
  onFailover?: ((failover: Failover) => void) | undefined;
}

/** What one viewer takes from a supply. */
export interface ViewedProducer extends ServedProducer {
  /** Layers to choose from. */
  layers: LayerCounts;
  /** The layers to ask a consumer of `producer` for, to have these of the way in use. */
  place(layers: PreferredLayers): PreferredLayers;
  /** The spatial layer of the track that this one of `producer` is. */
  layerOf(spatialLayer: number): number;
  /** True when this layer of `producer` is of the way in use. */
  follows(spatialLayer: number | undefined): boolean;
  /** True when whoever consumes all it was given can stay when the supply switches. */
  lasting: boolean;
  /** True once the plan has left the way in use: the track is to be taken anew, while what was taken goes on for a while. */
  isOutdated(): boolean;
  /** The other way, for a second consumer, where the two can't be merged and the viewer takes both. */
  standby: MediaProducer | undefined;
  /** True while media is to be had of `standby`. */
  usesStandby(): boolean;
}

/** Consumers look again so often until sender reports, without which none changes, have surely come. */
const settleStepMs = 500;
const settleSteps = layerSettleMs / settleStepMs;
/** Who takes longer to turn, once it was told to, waits for the keyframe after this one. */
const mostTurningMs = 60;

/**
 * What viewers of one track are served from: the way it comes, or two. Of two, one is in use, and this changes to the other by
 * itself, the moment the first is lost or silent. Two ways of a video become one producer, whose consumers change by asking for
 * other layers: nobody but them knows.
 */
export class TrackSupply {
  readonly facts = new Emitter<SupplyFacts>();
  readonly #ways: Map<Lane, Way>;
  readonly #merged: TrackServing<MergedProducer> | undefined;
  readonly #options: TrackSupplyOptions;
  readonly #owned = new Map<Lane, DisposableStack>();
  readonly #watches = new DisposableStack();
  #lane: Lane = 'main';
  /** As told last, by either way: what one of them misses, the other tells. */
  #muted: boolean;
  #viewers = 0;
  #fragileViewers = 0;
  /** The way in use is sent. */
  readonly #flow = new KeptFlow();
  /** So is the other one, though it may be held back, until everybody could change to it or has changed from it. */
  readonly #otherFlow = new KeptFlow();
  #cancelOtherFlow = () => {};
  #stopSettling = () => {};
  #stepsToSettle = 0;
  #outdated = false;
  /** The other way was left as planned: viewers may be on it still, until a keyframe comes over the one in use. */
  #turning = false;
  /** What is not in use is not to be kept. */
  #retired = false;
  #closed = false;

  constructor(main: Way, spare: Way | undefined, options: TrackSupplyOptions) {
    this.#options = options;
    this.#ways = new Map([['main', main], ...(spare === undefined ? [] : ([['spare', spare]] as const))]);
    this.#merged = spare === undefined ? undefined : this.#merge(main, spare);
    this.#muted = main.feed.muted;
    for (const [lane, way] of this.#ways) this.#adopt(lane, way);
    if (spare !== undefined) for (const { feed } of this.ways) this.#watches.defer(feed.watch());
    if (!options.idle) this.#flow.keep(main.feed);
  }

  get inUse(): Way {
    const way = this.#ways.get(this.#lane);
    if (way === undefined) throw new CanopyError('TRACK_NOT_FOUND');
    return way;
  }

  get ways(): Way[] {
    return [...this.#ways.values()];
  }

  /** True while somebody tells about a way of it. */
  get live(): boolean {
    return this.ways.some(({ feed }) => feed.live);
  }

  /** True when both ways are one producer. */
  get merged(): boolean {
    return this.#merged !== undefined;
  }

  get viewers(): number {
    return this.#viewers;
  }

  /** True once nobody new is to be served from it, though it goes on. */
  get outdated(): boolean {
    return this.#outdated;
  }

  /** Viewers whose consumers end when the supply switches. */
  get fragileViewers(): number {
    return this.#fragileViewers;
  }

  get #hasEnded(): boolean {
    return this.ways.every(({ feed }) => feed.gone) && this.ways.some(({ feed }) => feed.ended);
  }

  /** What a viewer on that worker consumes; `twice`, if it can take a second consumer where one does not last. */
  async view(workerIndex: number, twice: boolean): Promise<ViewedProducer> {
    const owned = new DisposableStack();
    this.#viewers++;
    owned.defer(() => {
      this.#viewers--;
    });
    this.#flow.keep(this.inUse.feed);
    const lane = this.#lane;
    const other = this.#ways.get(otherLane(lane));
    // Of a way that is gone no more copies can be made.
    const merged = other === undefined ? undefined : this.#merged;
    try {
      const served = await (merged ?? this.inUse.serving).take(workerIndex);
      owned.defer(served.drop);
      const producer = served.producer instanceof MergedProducer ? served.producer.producer : served.producer;
      const isSecond = merged === undefined && twice;
      const second = isSecond ? await other?.serving.take(workerIndex) : undefined;
      if (second !== undefined) owned.defer(second.drop);
      const lasting = merged !== undefined || second !== undefined;
      if (!lasting && this.#lane !== lane) throw new CanopyError('LINK_NOT_FOUND');
      if (!lasting) {
        this.#fragileViewers++;
        owned.defer(() => {
          this.#fragileViewers--;
        });
      }
      const usesStandby = () => second !== undefined && this.#lane !== lane;
      const isOutdated = () => this.#outdated;
      const drop = () => owned.dispose();
      this.#settle();
      const described = this.#describe(producer, merged !== undefined);
      return { ...described, producer, lasting, standby: second?.producer, usesStandby, isOutdated, drop };
    } catch (error) {
      owned.dispose();
      if (merged !== undefined && this.#ways.size === 1) return this.view(workerIndex, twice);
      throw error;
    }
  }

  /** Uses that way from now on, if it is one of this supply's and can be used. */
  prefer(way: Way): void {
    const other = otherLane(this.#lane);
    if (this.#ways.get(other) === way && !way.feed.gone) this.#switch();
  }

  /** Uses one of those ways from now on, if it can without a break for anybody. */
  keepTo(ways: readonly Way[]): void {
    if (this.#fragileViewers > 0 || ways.includes(this.inUse)) return;
    for (const way of ways) this.prefer(way);
  }

  /** The plan has left the way in use. */
  outdate(): void {
    this.#outdated = true;
  }

  /** Leaves a way that nobody tells about any more for one that is attended, before the parent stops sending it. */
  escape(): void {
    if (this.merged && !this.inUse.feed.live && this.#ways.get(otherLane(this.#lane))?.feed.live) this.#switch();
  }

  /** Lets go of what is not in use, once no viewer is on it any more. */
  retire(): void {
    this.#retired = true;
    if (!this.#turning) this.#drop(otherLane(this.#lane));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopSettling();
    this.#cancelOtherFlow();
    this.#otherFlow.close();
    this.facts.emit('closed', undefined);
    this.#merged?.close();
    this.#watches.dispose();
    for (const owned of this.#owned.values()) owned.dispose();
    this.#flow.close();
  }

  #merge(main: Way, spare: Way): TrackServing<MergedProducer> | undefined {
    const { producer, workerIndex } = main.feed;
    const second = spare.feed.producer;
    if (!isMergeable(producer.mimeType) || spare.feed.workerIndex !== workerIndex) return undefined;
    if (second.mimeType !== producer.mimeType || second.layers.spatial !== producer.layers.spatial) return undefined;
    const { pipes, logger } = this.#options;
    return new TrackServing(
      undefined,
      main.feed.muted,
      (to, paused) => {
        this.#keepBoth();
        return pipes.merge(producer, second, { workerIndex }, { workerIndex: to }, paused);
      },
      logger,
    );
  }

  #adopt(lane: Lane, way: Way): void {
    const owned = new DisposableStack();
    this.#owned.set(lane, owned);
    owned.defer(way.use());
    const { facts } = way.feed;
    owned.defer(facts.on('muted', (muted) => this.#setMuted(muted)));
    owned.defer(
      facts.on('unattended', ({ silent }) => {
        if (silent) this.#forsake(lane);
        this.facts.emit('weakened', undefined);
      }),
    );
    owned.defer(facts.on('lost', () => this.#lose(lane)));
    owned.defer(facts.on('ended', () => this.#lose(lane)));
    owned.defer(facts.on('silent', (reception) => this.#suspect(lane, way, reception)));
  }

  #setMuted(muted: boolean): void {
    if (this.#muted && !muted) this.#keepBoth();
    this.#muted = muted;
    this.#merged?.setPaused(muted);
  }

  /**
   * Keeps the way flowing for a while that is not in use. Consumers of a merged producer learn from it of sender reports, which
   * come only while media does, or are still on it until a keyframe comes over the other one.
   */
  #keepBoth(): void {
    const other = this.#ways.get(otherLane(this.#lane));
    if (this.#merged === undefined || other === undefined) return;
    this.#otherFlow.keep(other.feed);
    this.#cancelOtherFlow();
    this.#cancelOtherFlow = this.#options.clock.after(layerSettleMs, () => this.#endTurning());
    this.#settle();
  }

  #endTurning(): void {
    this.#otherFlow.keep(undefined);
    this.#turning = false;
    if (this.#retired) this.#drop(otherLane(this.#lane));
  }

  #describe(
    { layers }: MediaProducer,
    merged: boolean,
  ): Pick<ViewedProducer, 'layers' | 'place' | 'layerOf' | 'follows'> {
    if (!merged) return { layers, place: (wanted) => wanted, layerOf: (layer) => layer, follows: () => true };
    return {
      layers: perLane(layers),
      layerOf: fromMerged,
      place: (wanted) => toMerged(wanted, this.#lane),
      follows: (spatialLayer) => spatialLayer !== undefined && laneOf(spatialLayer) === this.#lane,
    };
  }

  #lose(lane: Lane): void {
    if (this.#closed) return;
    const other = this.#ways.get(otherLane(lane));
    if (lane === this.#lane && other !== undefined && !other.feed.gone) this.#failOver('lost');
    if (lane !== this.#lane) this.#drop(lane);
    this.facts.emit(this.#hasEnded ? 'ended' : 'weakened', undefined);
  }

  #suspect(lane: Lane, way: Way, reception: Reception): void {
    const other = this.#ways.get(otherLane(lane));
    if (this.#closed || this.#muted || way.feed.heldBack || other === undefined || other.feed.gone) return;
    const comparison = other.feed.heldBack ? undefined : other.feed.reception();
    if (!seemsBroken(reception, comparison)) return;
    // Changing ways on a mere suspicion is for those whom it costs nothing.
    if (this.#fragileViewers > 0 && reception.idleMs < lostAfterMs) return;
    if (lane === this.#lane) {
      const { logger } = this.#options;
      const { parentId } = way.feed;
      if (reception.begun === false) logger.info({ parentId }, 'no media from the parent yet, backup used');
      else logger.warn({ parentId, ...reception }, 'no media from the parent, backup used');
      this.#failOver('silent');
    } else if (reception.idleMs >= givenUpAfterMs(reception, way.feed.chained)) way.feed.giveUp();
  }

  /** The parent fell back and says so: whoever waited to see the silence would be too late for the keyframe that others ask for now. */
  #forsake(lane: Lane): void {
    const other = this.#ways.get(otherLane(lane))?.feed;
    if (this.#closed || this.#muted || lane !== this.#lane || this.#fragileViewers > 0 || !other?.live) return;
    const { idleMs, patienceMs = silentAfterMs } = other.reception();
    if (other.heldBack || idleMs < patienceMs) this.#failOver('silent');
  }

  #failOver(cause: Failover['cause']): void {
    const from = this.inUse.feed;
    const to = this.#ways.get(otherLane(this.#lane))?.feed;
    const { onFailover, clock, logger } = this.#options;
    // Of what sends nothing there is no gap to time.
    const flows = !this.#muted && !from.hushed;
    if (to !== undefined && onFailover !== undefined && flows) {
      const timed = timeFailover(cause, from, to, clock).then((failover) => failover && onFailover(failover));
      inBackground(logger, 'timing a failover', timed);
    }
    this.#switch(true);
  }

  #switch(fellBack = false): void {
    const lane = otherLane(this.#lane);
    this.#lane = lane;
    this.#turning = this.merged && !fellBack;
    if (this.#turning) this.#keepBoth();
    // What still comes the other way is not worth a pause of those who are on this one already.
    const copies = fellBack ? (this.#merged?.copies ?? []) : [];
    const setHeldBack = (heldBack: boolean) => Promise.all(copies.map((copy) => copy.setHeldBack(lane, heldBack)));
    const held = setHeldBack(true);
    const turns: Promise<unknown>[] = [];
    this.facts.emit('switched', { fellBack, turning: (turned) => turns.push(turned) });
    const letGo = async () => {
      const inStep = copies.every((copy) => copy.inStep);
      if (!inStep) await Promise.race([Promise.allSettled(turns), pause(this.#options.clock, mostTurningMs)]);
      // What was held back begins with a keyframe as well.
      this.#flow.keep(this.inUse.feed);
      await setHeldBack(false);
    };
    inBackground(this.#options.logger, 'turning to another way', Promise.all([held, letGo()]));
    this.#settle();
  }

  #settle(): void {
    if (!this.merged) return;
    if (this.#stepsToSettle === 0)
      this.#stopSettling = this.#options.clock.every(settleStepMs, () => this.#settleOnce());
    this.#stepsToSettle = settleSteps;
  }

  #settleOnce(): void {
    this.#stepsToSettle--;
    if (this.#stepsToSettle === 0) this.#stopSettling();
    if (!this.#muted) this.facts.emit('settling', undefined);
  }

  #drop(lane: Lane): void {
    if (!this.#ways.delete(lane)) return;
    this.#watches.dispose();
    this.#otherFlow.keep(undefined);
    this.#owned.get(lane)?.dispose();
    this.#owned.delete(lane);
  }
}
