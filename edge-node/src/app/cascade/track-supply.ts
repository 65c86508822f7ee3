import type { Clock } from '@canopy/runtime/clock';
import { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { isMergeable, type Lane, laneOf, otherLane, perLane, toMerged } from '../../core/cascade/lanes.ts';
import { lostAfterMs, type Reception, seemsBroken } from '../../core/cascade/silence.ts';
import type { LayerCounts, PreferredLayers } from '../../core/subscription/preferred-layers.ts';
import { inBackground } from '../background.ts';
import type { LocalPipes } from '../meeting/local-pipes.ts';
import type { MediaProducer } from '../ports/media.ts';
import { type ServedProducer, TrackServing } from './track-serving.ts';
import type { Way } from './way.ts';

export type SupplyFacts = {
  /** The other way is in use now. Consumers of merged producers must ask for its layers. */
  switched: undefined;
  /** A while after that: a consumer that has not followed yet must ask again. */
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
}

/** What one viewer takes from a supply. */
export interface ViewedProducer extends ServedProducer {
  /** Layers to choose from. */
  layers: LayerCounts;
  /** The layers to ask a consumer of `producer` for, to have these of the way in use. */
  place(layers: PreferredLayers): PreferredLayers;
  /** True when this layer of `producer` is of the way in use. */
  follows(spatialLayer: number | undefined): boolean;
  /** True when a consumer of `producer` can stay when the supply switches. */
  lasting: boolean;
}

/** Sender reports, without which no consumer changes, come within a second per hop. */
const settleStepMs = 500;
const settleSteps = 10;

/**
 * What viewers of one track are served from: the way it comes, or two. Of two, one is in use, and this changes to the other by
 * itself, the moment the first is lost or silent. Two ways of a video become one producer, whose consumers change by asking for
 * other layers: nobody but them knows.
 */
export class TrackSupply {
  readonly facts = new Emitter<SupplyFacts>();
  readonly #ways: Map<Lane, Way>;
  readonly #merged: TrackServing | undefined;
  readonly #options: TrackSupplyOptions;
  readonly #owned = new Map<Lane, DisposableStack>();
  #lane: Lane = 'main';
  #viewers = 0;
  #stopSettling = () => {};
  #closed = false;

  constructor(main: Way, spare: Way | undefined, options: TrackSupplyOptions) {
    this.#options = options;
    this.#ways = new Map([['main', main], ...(spare === undefined ? [] : ([['spare', spare]] as const))]);
    this.#merged = spare === undefined ? undefined : this.#merge(main, spare);
    for (const [lane, way] of this.#ways) this.#adopt(lane, way);
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

  get lasting(): boolean {
    return this.#merged !== undefined;
  }

  get viewers(): number {
    return this.#viewers;
  }

  get #hasEnded(): boolean {
    return this.ways.every(({ feed }) => feed.gone) && this.ways.some(({ feed }) => feed.ended);
  }

  async view(workerIndex: number): Promise<ViewedProducer> {
    this.#viewers++;
    const leave = () => {
      this.#viewers--;
    };
    try {
      const served = await (this.#merged ?? this.inUse.serving).take(workerIndex);
      const drop = () => {
        served.drop();
        leave();
      };
      return { ...this.#describe(served.producer), producer: served.producer, drop };
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Uses that way from now on, if it is one of this supply's and can be used. */
  prefer(way: Way): void {
    const other = otherLane(this.#lane);
    if (this.#ways.get(other) === way && !way.feed.gone) this.#switch();
  }

  /** Leaves a way that nobody tells about any more for one that is attended, before the parent stops sending it. */
  escape(): void {
    if (this.lasting && !this.inUse.feed.live && this.#ways.get(otherLane(this.#lane))?.feed.live) this.#switch();
  }

  /** Lets go of what is not in use. */
  retire(): void {
    this.#drop(otherLane(this.#lane));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopSettling();
    this.facts.emit('closed', undefined);
    this.#merged?.close();
    for (const owned of this.#owned.values()) owned.dispose();
  }

  #merge(main: Way, spare: Way): TrackServing | undefined {
    const { producer, workerIndex } = main.feed;
    const second = spare.feed.producer;
    if (!isMergeable(producer.mimeType) || spare.feed.workerIndex !== workerIndex) return undefined;
    if (second.mimeType !== producer.mimeType || second.layers.spatial !== producer.layers.spatial) return undefined;
    const { pipes, logger } = this.#options;
    return new TrackServing(
      undefined,
      main.feed.muted,
      (to, paused) => pipes.merge(producer, second, workerIndex, to, paused),
      logger,
    );
  }

  #adopt(lane: Lane, way: Way): void {
    const owned = new DisposableStack();
    this.#owned.set(lane, owned);
    owned.defer(way.use());
    const { facts } = way.feed;
    owned.defer(facts.on('muted', (muted) => this.#merged?.setPaused(muted)));
    owned.defer(facts.on('unattended', () => this.facts.emit('weakened', undefined)));
    owned.defer(facts.on('lost', () => this.#lose(lane)));
    owned.defer(facts.on('ended', () => this.#lose(lane)));
    owned.defer(facts.on('silent', (reception) => this.#suspect(lane, way, reception)));
    if (this.#ways.size > 1) owned.defer(way.feed.watch());
  }

  #describe(producer: MediaProducer): Omit<ViewedProducer, keyof ServedProducer> {
    const lasting = this.lasting;
    return {
      lasting,
      layers: lasting ? perLane(producer.layers) : producer.layers,
      place: (layers) => (lasting ? toMerged(layers, this.#lane) : layers),
      follows: (spatialLayer) => !lasting || (spatialLayer !== undefined && laneOf(spatialLayer) === this.#lane),
    };
  }

  #lose(lane: Lane): void {
    if (this.#closed) return;
    const other = this.#ways.get(otherLane(lane));
    if (lane === this.#lane && other !== undefined && !other.feed.gone) this.#switch();
    if (lane !== this.#lane) this.#drop(lane);
    this.facts.emit(this.#hasEnded ? 'ended' : 'weakened', undefined);
  }

  #suspect(lane: Lane, way: Way, reception: Reception): void {
    const other = this.#ways.get(otherLane(lane));
    if (this.#closed || way.feed.muted || way.feed.heldBack || other === undefined || other.feed.gone) return;
    const comparison = other.feed.heldBack ? undefined : other.feed.reception();
    if (!seemsBroken(reception, comparison)) return;
    if (lane === this.#lane) {
      this.#options.logger.warn({ parentId: way.feed.parentId, ...reception }, 'no media from the parent, backup used');
      this.#switch();
    } else if (reception.idleMs >= lostAfterMs) way.feed.giveUp();
  }

  #switch(): void {
    this.#lane = otherLane(this.#lane);
    const { feed } = this.inUse;
    inBackground(this.#options.logger, 'letting a backup flow', feed.letFlow());
    this.#merged?.setPaused(feed.muted);
    this.facts.emit('switched', undefined);
    if (this.lasting) this.#settle(settleSteps);
  }

  #settle(steps: number): void {
    this.#stopSettling();
    this.#stopSettling = this.#options.clock.after(settleStepMs, () => {
      this.facts.emit('settling', undefined);
      if (steps > 1) this.#settle(steps - 1);
    });
  }

  #drop(lane: Lane): void {
    if (!this.#ways.delete(lane)) return;
    this.#owned.get(lane)?.dispose();
    this.#owned.delete(lane);
  }
}
