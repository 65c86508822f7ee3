import { type Clock, pause } from '@canopy/runtime/clock';
import { withDeadline } from '@canopy/runtime/deadline';
import type { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import type { Lane } from '../../core/cascade/lanes.ts';
import { wouldLoop } from '../../core/cascade/path-vector.ts';
import type { Use } from '../../core/cascade/uses.ts';
import type { LocalPipes } from '../meeting/local-pipes.ts';
import type { SendableTrack } from '../meeting/split-producer.ts';
import type { Failover } from './failover.ts';
import type { TrackFeed } from './track-feed.ts';
import { type Hold, TrackHolds } from './track-holds.ts';
import { TrackPull } from './track-pull.ts';
import { type TrackFacts, TrackSupplies } from './track-supplies.ts';
import type { SupplyFacts, TrackSupply, ViewedProducer } from './track-supply.ts';
import { type Asker, localAsker, type Upstream } from './upstream.ts';
import type { Way } from './way.ts';

export interface TrackOnEdgeOptions {
  id: string;
  originEdgeId: string;
  pipes: LocalPipes;
  clock: Clock;
  logger: Logger;
  random: () => number;
  onFailover?: (failover: Failover) => void;
  lingerMs: number;
  upstream?: Upstream;
}

/** A child's hold. */
export interface TrackHold extends Hold {
  readonly track: SendableTrack;
  readonly feed: TrackFeed;
}

/** What a viewer consumes. It stays when the track comes another way, if it is `lasting`. */
export interface Viewed extends Omit<ViewedProducer, 'drop'> {
  /** The way in use when it was taken. */
  readonly feed: TrackFeed;
  /** Whether its consumer must ask for other layers, or end. */
  readonly facts: Emitter<SupplyFacts>;
}

/** A viewer's hold. */
export type ViewHold = Hold & Viewed;

/** Demand that needs no copy on any worker. */
const noWorker = -1;

const pullTimeoutMs = 5_000;
const spareWaitMs = 300;

/**
 * One track on this edge. It is pulled while somebody here or below holds it, let go a while after the last hold is released,
 * and brought in again, as long as there is demand, when a way it came is lost or the routes name another.
 */
export class TrackOnEdge {
  readonly id: string;
  readonly originEdgeId: string;
  readonly facts: Emitter<TrackFacts>;
  readonly #options: TrackOnEdgeOptions;
  readonly #holds: TrackHolds;
  readonly #supplies: TrackSupplies;
  /** The pull under way: the first one, or one that replaces or adds a way. */
  #feeding: Promise<TrackSupply> | undefined;
  readonly #pull: TrackPull | undefined;
  #closed = false;

  constructor(options: TrackOnEdgeOptions) {
    this.id = options.id;
    this.originEdgeId = options.originEdgeId;
    this.#options = options;
    const { clock, lingerMs, upstream } = options;
    this.#pull = upstream && new TrackPull(upstream, { ...options, watched: () => this.#holds.watched });
    this.#holds = new TrackHolds({
      clock,
      lingerMs,
      // What is published here ends with its publisher.
      onUnwanted: () => upstream && this.close(),
      onNeed: () => this.#supplies.ask(),
      onLanes: () => this.followRoutes(),
    });
    this.#supplies = new TrackSupplies({
      ...options,
      holds: this.#holds,
      onWeakened: () => this.#refeed(),
      onEnded: () => this.close(),
    });
    this.facts = this.#supplies.facts;
  }

  /** The way in use. */
  get feed(): TrackFeed | undefined {
    return this.#supplies.current?.inUse.feed;
  }

  /** All ways it comes, that in use among them. */
  get feeds(): TrackFeed[] {
    return this.#supplies.feeds;
  }

  get demand(): number {
    return this.#holds.total;
  }

  /**
   * A producer of the way in use, or of the second way for a child whose own is chained to that, on that worker's router.
   * Concurrent holds share one pull. Throws LOOP_DETECTED when it would go round in a circle, ROUTE_NOT_FOUND where there is to
   * be no second way, TIMEOUT, and what the pull throws.
   */
  hold(workerIndex: number, asker: Asker = localAsker, use: Use = 'first'): Promise<TrackHold> {
    // Where only the second way was needed so far, the first is waited for a little.
    const known = this.#holds.keeps('main');
    const inUse = async () => (known ? await this.#whenFed(asker) : await this.#whenProtected()).inUse;
    return this.#holds.take(workerIndex, use, async () => {
      const way = await this.#inTime(use === 'chained' ? this.#whenSpare() : inUse());
      const { feed } = way;
      if (wouldLoop(asker.path, feed.pathFromOrigin)) throw new CanopyError('LOOP_DETECTED');
      const { track, drop } = await way.takeForChild(workerIndex);
      return { hold: { track, feed }, layers: Number.POSITIVE_INFINITY, drop };
    });
  }

  /**
   * A producer for a viewer on that worker's router, or two if it takes them ({@link TrackSupply.view}). `need` says how many
   * layers of it are needed at first. Throws TIMEOUT, and what the pull throws.
   */
  view(workerIndex: number, twice: boolean, need: (viewed: Viewed) => number): Promise<ViewHold> {
    return this.#holds.take(workerIndex, 'first', async () => {
      const supply = await this.#inTime(this.#whenProtected());
      const { drop, ...viewed } = await supply.view(workerIndex, twice);
      const hold = { ...viewed, feed: supply.inUse.feed, facts: supply.facts };
      return {
        hold,
        layers: need(hold),
        drop: () => {
          drop();
          this.#supplies.forgo(supply);
        },
      };
    });
  }

  /**
   * Brings the track here for viewers who are expected, and keeps it: its lowest layer flows to this edge, and to no router
   * but the one it ends on. Throws TIMEOUT, and what the pull throws.
   */
  keep(): Promise<Hold> {
    return this.#holds.take(noWorker, 'first', async () => {
      await this.#inTime(this.#whenFed(localAsker));
      return { hold: {}, layers: 1, drop: () => {} };
    });
  }

  /** Throws LOOP_DETECTED when this track would come back to an edge that asks for it. Waits for no pull: one for a second way may take as long as there is none. */
  async refuseLoop(asker: Asker): Promise<void> {
    const { upstream } = this.#options;
    if (this.#feeding !== undefined && upstream !== undefined) await refusedByLoop(upstream.probe(asker));
    if (wouldLoop(asker.path, this.feed?.pathFromOrigin ?? [])) throw new CanopyError('LOOP_DETECTED');
  }

  /** Whether a child that takes the track for that is to have it this way. */
  suits(feed: TrackFeed, use: Use): boolean {
    if (use !== 'chained') return feed === this.feed;
    const { spare } = this.#supplies;
    // Until there is another second way, one that became the first serves as well.
    return !feed.gone && (spare === undefined ? this.feeds.includes(feed) : spare.feed === feed);
  }

  /** Takes a feed in, and arranges the ways there are now as the routes want. */
  install(feed: TrackFeed): void {
    this.#supplies.install(feed);
  }

  /** The routes changed: follows them. What there is serves on until then. */
  followRoutes(): void {
    if (this.#supplies.current === undefined || this.#options.upstream === undefined) return;
    this.#supplies.followRoutes();
    this.#refeed();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#holds.close();
    this.#pull?.close();
    this.#supplies.close();
  }

  #inTime<T>(work: Promise<T>): Promise<T> {
    return withDeadline(this.#options.clock, pullTimeoutMs, work);
  }

  async #whenFed(asker: Asker): Promise<TrackSupply> {
    const { upstream } = this.#options;
    const supply = this.#supplies.current;
    if (supply !== undefined && (supply.live || upstream === undefined)) return supply;
    if (upstream === undefined || this.#pull === undefined) throw new CanopyError('TRACK_NOT_FOUND');
    if (this.#feeding === undefined) return this.#track(this.#pull.first(asker, this.#lanes()));
    const feeding = this.#feeding;
    if (asker.path.length === 0) return feeding;
    return Promise.race([feeding, refusedByLoop(upstream.probe(asker)).then(() => feeding)]);
  }

  /** The ways to pull at first, the preferred one first. */
  #lanes(): readonly [Lane, Lane?] {
    const spare = this.#options.upstream?.wanted()?.spare !== undefined && this.#holds.keeps('spare');
    if (!this.#holds.keeps('main') && spare) return ['spare'];
    return spare ? ['main', 'spare'] : ['main'];
  }

  /** The second way, for a child whose own second way it is as well. */
  async #whenSpare(): Promise<Way> {
    const { upstream } = this.#options;
    const supply = await this.#whenFed(localAsker);
    if (upstream === undefined) return supply.inUse;
    for (;;) {
      const { spare } = this.#supplies;
      if (spare !== undefined) return spare;
      if (this.#closed || upstream.wanted()?.spare === undefined) throw new CanopyError('ROUTE_NOT_FOUND');
      this.#refeed();
      if (this.#feeding === undefined) throw new CanopyError('LINK_NOT_FOUND');
      await this.#feeding;
    }
  }

  /** A viewer who comes while the second way is on its way waits for it a little: what it consumes then outlasts the first. */
  async #whenProtected(): Promise<TrackSupply> {
    const supply = await this.#whenFed(localAsker);
    if (this.#feeding === undefined || this.#pull?.struggling || supply.ways.length > 1) return supply;
    await Promise.race([this.#feeding.catch(() => supply), pause(this.#options.clock, spareWaitMs)]);
    return this.#supplies.current ?? supply;
  }

  #refeed(): void {
    const pull = this.#pull;
    if (this.#closed || pull === undefined) return;
    pull.hurry();
    const isComplete = this.#supplies.missing.length === 0;
    if (isComplete) pull.settle();
    if (isComplete || this.#feeding !== undefined) return;
    void this.#track(
      pull.again({
        missing: () => this.#supplies.missing,
        served: () => this.#supplies.current?.live === true,
        idle: () => !this.#holds.keeps('main'),
      }),
    );
  }

  #track(pulling: Promise<TrackFeed | undefined>): Promise<TrackSupply> {
    const feeding = this.#feedFrom(pulling);
    this.#feeding = feeding;
    const done = () => {
      this.#feeding = undefined;
      this.followRoutes();
    };
    feeding.then(done, done);
    return feeding;
  }

  /** What fails for good leaves nothing behind: the next hold starts afresh. */
  async #feedFrom(pulling: Promise<TrackFeed | undefined>): Promise<TrackSupply> {
    try {
      const feed = await pulling;
      if (feed !== undefined) this.#take(feed);
      const { current } = this.#supplies;
      if (current === undefined) throw new CanopyError('TRACK_NOT_FOUND');
      return current;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  #take(feed: TrackFeed): void {
    if (this.#closed) {
      feed.release();
      throw new CanopyError('TRACK_NOT_FOUND');
    }
    this.install(feed);
  }
}

/** Rejects if the probe met a loop; whatever else becomes of it, the pull itself decides. */
async function refusedByLoop(probe: Promise<void>): Promise<void> {
  try {
    await probe;
  } catch (error) {
    if (CanopyError.from(error).code === 'LOOP_DETECTED') throw error;
  }
}
