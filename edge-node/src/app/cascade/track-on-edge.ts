import { type Clock, pause } from '@canopy/runtime/clock';
import { withDeadline } from '@canopy/runtime/deadline';
import { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import type { Lane } from '../../core/cascade/lanes.ts';
import { wouldLoop } from '../../core/cascade/path-vector.ts';
import { type Use, useOf } from '../../core/cascade/uses.ts';
import { chooseWays, laneOfParent, missingWays } from '../../core/cascade/ways.ts';
import type { LocalPipes } from '../meeting/local-pipes.ts';
import type { SendableTrack } from '../meeting/split-producer.ts';
import type { Failover } from './failover.ts';
import { FormerSupplies } from './former-supplies.ts';
import type { TrackFeed } from './track-feed.ts';
import { type Hold, TrackHolds } from './track-holds.ts';
import { TrackPull } from './track-pull.ts';
import { type SupplyFacts, TrackSupply, type ViewedProducer } from './track-supply.ts';
import { type Asker, localAsker, type Upstream } from './upstream.ts';
import { Way } from './way.ts';
import { WayBack } from './way-back.ts';

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

export type TrackFacts = {
  muted: boolean;
  score: number;
  /** It comes another way now, or is lost until it does: whoever hangs on the feed takes it anew. */
  replaced: {
    /** Nothing came over the way before. */
    silent: boolean;
  };
  /** The ways it comes may be others than before: children who take the second one look whether theirs still is that. */
  arranged: undefined;
  /** Viewers are to take it anew, because the way they came by is no longer, or not for long. */
  dropped: undefined;
  /** It is over, or nobody here wanted it any more. */
  closed: undefined;
};

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
  readonly facts = new Emitter<TrackFacts>();
  readonly #options: TrackOnEdgeOptions;
  readonly #holds: TrackHolds;
  #supply: TrackSupply | undefined;
  readonly #former: FormerSupplies;
  /** The pull under way: the first one, or one that replaces or adds a way. */
  #feeding: Promise<TrackSupply> | undefined;
  readonly #pull: TrackPull | undefined;
  /** The plan under which the way in use changed by itself; its preference does not count for now. */
  #switchedIn: number | undefined;
  readonly #wayBack: WayBack;
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
      onNeed: () => this.#ask(),
      onLanes: () => this.followRoutes(),
    });
    this.#former = new FormerSupplies({ clock, onDropped: () => this.facts.emit('dropped', undefined) });
    this.#wayBack = new WayBack({
      clock,
      planned: () => upstream?.wanted()?.main,
      mayReturn: (supply, way) => this.#mayReturn(supply, way),
      onReturn: (supply, way) => this.#follow(supply, way),
    });
  }

  /** The way in use. */
  get feed(): TrackFeed | undefined {
    return this.#supply?.inUse.feed;
  }

  /** All ways it comes, that in use among them. */
  get feeds(): TrackFeed[] {
    return this.#supply?.ways.map(({ feed }) => feed) ?? [];
  }

  /** True while it is only passed on to those who hold its second way ready. */
  get #idle(): boolean {
    return !this.#holds.keeps('main');
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
          this.#former.forgo(supply);
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
    const spare = this.#spareWay();
    // Until there is another second way, one that became the first serves as well.
    return !feed.gone && (spare === undefined ? this.feeds.includes(feed) : spare.feed === feed);
  }

  /** Takes a feed in, and arranges the ways there are now as the routes want. */
  install(feed: TrackFeed): void {
    const { pipes, logger } = this.#options;
    feed.facts.on('muted', (muted) => {
      if (this.feeds.includes(feed)) this.facts.emit('muted', muted);
    });
    feed.facts.on('score', (score) => {
      if (this.feed === feed) this.facts.emit('score', score);
    });
    this.#arrange(new Way(feed, pipes, logger));
  }

  /** The routes changed: follows them. What there is serves on until then. */
  followRoutes(): void {
    if (this.#supply === undefined || this.#options.upstream === undefined) return;
    // What a way is taken for may be another now, whether or not the other way is there yet.
    this.#ask();
    if (this.#missing().length === 0) this.#arrange();
    this.#refeed();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#wayBack.cancel();
    this.#holds.close();
    this.#pull?.close();
    const supply = this.#supply;
    this.#supply = undefined;
    this.facts.emit('closed', undefined);
    this.#former.close();
    supply?.close();
  }

  /** Each way is asked for what is needed of it, so that it is there when the one in use changes. */
  #ask(): void {
    const { upstream } = this.#options;
    const wanted = upstream?.wanted();
    const supplies = [...this.#former.all, ...(this.#supply === undefined ? [] : [this.#supply])];
    for (const { feed } of new Set(supplies.flatMap(({ ways }) => ways))) {
      const lane = laneOfParent(feed.parentId, wanted);
      if (lane !== undefined && wanted !== undefined) {
        feed.serve(useOf(lane, this.#holds.watched, wanted.chained));
        feed.keepReady(lane === 'spare' && wanted.heldBack);
      }
      // What the plan has left is in use by whoever is there.
      const lanes: readonly Lane[] = lane === undefined ? ['main', 'spare'] : [lane];
      const needed = Math.max(0, ...lanes.map((of) => this.#holds.needed(of) ?? 0));
      // Who comes next, while it lingers, finds what its parents sent.
      if (needed > 0 || upstream === undefined) feed.need(needed);
      feed.insist(lanes.some((of) => this.#holds.insisted(of)));
    }
  }

  #inTime<T>(work: Promise<T>): Promise<T> {
    return withDeadline(this.#options.clock, pullTimeoutMs, work);
  }

  async #whenFed(asker: Asker): Promise<TrackSupply> {
    const { upstream } = this.#options;
    const supply = this.#supply;
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
      const way = this.#spareWay();
      if (way !== undefined) return way;
      if (this.#closed || upstream.wanted()?.spare === undefined) throw new CanopyError('ROUTE_NOT_FOUND');
      this.#refeed();
      if (this.#feeding === undefined) throw new CanopyError('LINK_NOT_FOUND');
      await this.#feeding;
    }
  }

  #spareWay(): Way | undefined {
    const wanted = this.#options.upstream?.wanted();
    return this.#supply?.ways.find(({ feed }) => feed.live && laneOfParent(feed.parentId, wanted) === 'spare');
  }

  /** A viewer who comes while the second way is on its way waits for it a little: what it consumes then outlasts the first. */
  async #whenProtected(): Promise<TrackSupply> {
    const supply = await this.#whenFed(localAsker);
    if (this.#feeding === undefined || this.#pull?.struggling || supply.ways.length > 1) return supply;
    await Promise.race([this.#feeding.catch(() => supply), pause(this.#options.clock, spareWaitMs)]);
    return this.#supply ?? supply;
  }

  #refeed(): void {
    const pull = this.#pull;
    if (this.#closed || pull === undefined) return;
    pull.hurry();
    const isComplete = this.#missing().length === 0;
    if (isComplete) pull.settle();
    if (isComplete || this.#feeding !== undefined) return;
    void this.#track(
      pull.again({ missing: () => this.#missing(), served: () => this.#supply?.live === true, idle: () => this.#idle }),
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
      if (this.#supply === undefined) throw new CanopyError('TRACK_NOT_FOUND');
      return this.#supply;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The parents the routes name that the track does not come from. */
  #missing(): Lane[] {
    const from = new Set(this.feeds.filter(({ live }) => live).map(({ parentId }) => parentId));
    return missingWays(this.#options.upstream?.wanted(), from, (lane) => this.#holds.keeps(lane));
  }

  #take(feed: TrackFeed): void {
    if (this.#closed) {
      feed.release();
      throw new CanopyError('TRACK_NOT_FOUND');
    }
    this.install(feed);
  }

  /** Makes of the ways there are, and of one that just arrived, the supply that the routes want. */
  #arrange(arrived?: Way): void {
    const current = this.#supply;
    if (arrived !== undefined) current?.escape();
    const ways = [
      ...(arrived === undefined ? [] : [arrived]),
      ...(current?.ways.filter(({ feed }) => feed.live) ?? []),
    ];
    const [first, second] = this.#choose(ways);
    if (arrived !== undefined && arrived !== first && arrived !== second) arrived.use()();
    if (first === undefined) return;
    this.#use(first, second);
    this.#ask();
    this.facts.emit('arranged', undefined);
  }

  #use(first: Way, second: Way | undefined): void {
    const current = this.#supply;
    const same =
      current?.ways.length === (second === undefined ? 1 : 2) && [first, second ?? first].every(isIn(current));
    if (!same) this.#supplyFrom(first, second);
    else if (current.inUse !== first && !current.merged) this.#supplyFrom(first, second);
    else if (current.inUse !== first) this.#follow(current, first);
  }

  /** The way to use and the way to fall back on; whatever comes, where the routes name nothing of it. */
  #choose(ways: readonly Way[]): (Way | undefined)[] {
    const wanted = this.#options.upstream?.wanted();
    if (wanted === undefined) return [ways[0]];
    const [first = ways[0], second] = chooseWays({
      named: (lane) => ways.find(({ feed }) => laneOfParent(feed.parentId, wanted) === lane),
      keeps: (lane) => this.#holds.keeps(lane),
      inUse: ways.find((way) => way === this.#supply?.inUse),
      tookOver: this.#switchedIn === wanted.epoch,
    });
    return [first, second];
  }

  /** The plan prefers the other of two ways. */
  #follow(supply: TrackSupply, way: Way): void {
    supply.prefer(way);
    this.#switchedIn = undefined;
  }

  #supplyFrom(first: Way, second: Way | undefined): void {
    const { pipes, clock, logger, onFailover } = this.#options;
    const previous = this.#supply;
    const supply = new TrackSupply(first, second, { pipes, clock, logger, onFailover, idle: this.#idle });
    this.#supply = supply;
    supply.facts.on('switched', ({ fellBack }) => this.#handleSwitch(supply, fellBack));
    supply.facts.on('weakened', () => this.#handleWeakness(supply));
    supply.facts.on('ended', () => {
      if (this.#supply === supply) this.close();
    });
    if (previous === undefined) return;
    // Of a way that is gone children have heard already, and wait for this one.
    if (first !== previous.inUse && !previous.inUse.feed.gone) this.facts.emit('replaced', { silent: false });
    // Of a way that goes on its viewers have the media already.
    previous.keepTo(supply.ways);
    this.#former.add(previous);
    if (this.#switchedIn !== undefined) this.#wayBack.later(supply);
    this.#former.leave(this.#former.lasting.filter(({ inUse }) => !supply.ways.includes(inUse)));
  }

  #handleSwitch(supply: TrackSupply, fellBack: boolean): void {
    if (supply !== this.#supply) return;
    this.#switchedIn = this.#options.upstream?.wanted()?.epoch;
    this.#former.leave(this.#former.lasting.filter(({ inUse }) => inUse !== supply.inUse));
    this.#wayBack.soon(supply);
    this.facts.emit('replaced', { silent: fellBack });
    this.facts.emit('arranged', undefined);
    if (supply.fragileViewers > 0) this.facts.emit('dropped', undefined);
  }

  /** Who stayed on what it had when the way was pulled anew would have to take it anew. Where ways are merged that is worth it: it has a second way again. */
  #mayReturn(supply: TrackSupply, way: Way): boolean {
    if (supply !== this.#supply) return false;
    return supply.merged || this.#former.lasting.every(({ inUse }) => inUse === way);
  }

  #handleWeakness(supply: TrackSupply): void {
    const { gone } = supply.inUse.feed;
    if (supply !== this.#supply) {
      if (gone) this.#former.end([supply]);
      return;
    }
    // Children who have another way need not find out by its silence.
    if (gone) this.facts.emit('replaced', { silent: false });
    this.facts.emit('arranged', undefined);
    this.#refeed();
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

function isIn(supply: TrackSupply): (way: Way) => boolean {
  return (way) => supply.ways.includes(way);
}
