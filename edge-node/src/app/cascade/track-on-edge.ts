import { backoffMs } from '@canopy/runtime/backoff';
import type { Clock } from '@canopy/runtime/clock';
import { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { Demand } from '../../core/cascade/demand.ts';
import { type PullPath, wouldLoop } from '../../core/cascade/path-vector.ts';
import { withDeadline } from '../deadline.ts';
import type { LocalPipes } from '../meeting/local-pipes.ts';
import type { MediaProducer } from '../ports/media.ts';
import type { TrackFeed } from './track-feed.ts';
import { TrackServing } from './track-serving.ts';

/** How a track that is not from here is brought here. Absent for a track whose origin is this edge. */
export interface Upstream {
  /** Pulls it from the parent the routes name. */
  open(asker: Asker): Promise<TrackFeed>;
  /** Carries the path of a further asker up while a pull is under way; throws LOOP_DETECTED if it comes back to where it was. */
  probe(asker: Asker): Promise<void>;
  /** True when the routes name another parent than the one this feed comes from. */
  namesOther(feed: TrackFeed): boolean;
}

/** Who wants the track: the edges that passed the pull on to here, and the epoch of the plan they follow. */
export interface Asker {
  path: PullPath;
  epoch: number;
}

/** Somebody on this edge. */
const localAsker: Asker = { path: [], epoch: 0 };

export interface TrackOnEdgeOptions {
  id: string;
  originEdgeId: string;
  pipes: LocalPipes;
  clock: Clock;
  logger: Logger;
  random: () => number;
  lingerMs: number;
  upstream?: Upstream;
}

export type TrackFacts = {
  muted: boolean;
  score: number;
  /** It comes another way now; its producers are new, and consumers of the old ones are closed. */
  replaced: undefined;
  /** It is over, or nobody here wanted it any more. */
  closed: undefined;
};

/** A hold on a track: as long as it is held, the track stays on this edge. */
export interface TrackHold {
  readonly producer: MediaProducer;
  readonly feed: TrackFeed;
  release(): void;
}

interface Fed {
  feed: TrackFeed;
  serving: TrackServing;
}

const retry = { initialMs: 200, maxMs: 3_000 };
const pullTimeoutMs = 5_000;

/**
 * One track on this edge. It is pulled while somebody here or below holds it, let go a while after the last hold is released,
 * and brought in again, as long as there is demand, when the way it came is lost or the routes name another.
 */
export class TrackOnEdge {
  readonly id: string;
  readonly originEdgeId: string;
  readonly facts = new Emitter<TrackFacts>();
  readonly #options: TrackOnEdgeOptions;
  readonly #demand = new Demand();
  #fed: Fed | undefined;
  /** The pull under way: the first one, or one that replaces a way that was lost. */
  #feeding: Promise<Fed> | undefined;
  #cancelLinger = () => {};
  #closed = false;

  constructor(options: TrackOnEdgeOptions) {
    this.id = options.id;
    this.originEdgeId = options.originEdgeId;
    this.#options = options;
  }

  get feed(): TrackFeed | undefined {
    return this.#fed?.feed;
  }

  get demand(): number {
    return this.#demand.total;
  }

  /**
   * A producer of this track on that worker's router. Concurrent holds share one pull. Throws LOOP_DETECTED when it
   * would go round in a circle, TIMEOUT, and what the pull throws.
   */
  async hold(workerIndex: number, asker: Asker = localAsker): Promise<TrackHold> {
    if (this.#closed) throw new CanopyError('TRACK_NOT_FOUND');
    const uncount = this.#count(workerIndex);
    try {
      const { feed, serving } = await withDeadline(this.#options.clock, pullTimeoutMs, this.#whenFed(asker));
      if (wouldLoop(asker.path, feed.pathFromOrigin)) throw new CanopyError('LOOP_DETECTED');
      const served = await serving.take(workerIndex);
      let held = true;
      const release = () => {
        if (!held) return;
        held = false;
        served.drop();
        uncount();
      };
      return { producer: served.producer, feed, release };
    } catch (error) {
      uncount();
      throw error;
    }
  }

  /** Throws LOOP_DETECTED when this track would come back to an edge that asks for it. */
  async refuseLoop(asker: Asker): Promise<void> {
    const { upstream } = this.#options;
    if (this.#feeding !== undefined) await refusedByLoop(upstream?.probe(asker) ?? Promise.resolve(), this.#feeding);
    if (this.#fed !== undefined && wouldLoop(asker.path, this.#fed.feed.pathFromOrigin)) {
      throw new CanopyError('LOOP_DETECTED');
    }
  }

  /** Puts a feed in place; one that was there before is let go, and its consumers with it. */
  install(feed: TrackFeed): void {
    const previous = this.#fed;
    const serving = new TrackServing(feed, feed.muted, this.#options.pipes, this.#options.logger);
    this.#fed = { feed, serving };
    feed.facts.on('muted', (muted) => {
      serving.setPaused(muted);
      this.facts.emit('muted', muted);
    });
    feed.facts.on('score', (score) => this.facts.emit('score', score));
    feed.facts.on('ended', () => {
      if (this.#fed?.feed === feed) this.close();
    });
    feed.facts.on('lost', () => {
      if (this.#fed?.feed === feed) this.#refeed();
    });
    if (previous === undefined) return;
    this.facts.emit('replaced', undefined);
    letGo(previous);
  }

  /** The routes changed: brings the track in from another parent if they say so. What there is serves on until then. */
  followRoutes(): void {
    if (this.#fed !== undefined && this.#options.upstream?.namesOther(this.#fed.feed)) this.#refeed();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelLinger();
    const fed = this.#fed;
    this.#fed = undefined;
    this.facts.emit('closed', undefined);
    if (fed !== undefined) letGo(fed);
  }

  #count(workerIndex: number): () => void {
    this.#cancelLinger();
    const uncount = this.#demand.add(workerIndex);
    return () => {
      uncount();
      if (this.#demand.total > 0 || this.#options.upstream === undefined || this.#closed) return;
      this.#cancelLinger();
      this.#cancelLinger = this.#options.clock.after(this.#options.lingerMs, () => this.close());
    };
  }

  async #whenFed(asker: Asker): Promise<Fed> {
    const { upstream } = this.#options;
    if (this.#fed !== undefined && (this.#fed.feed.live || upstream === undefined)) return this.#fed;
    if (upstream === undefined) throw new CanopyError('TRACK_NOT_FOUND');
    if (this.#feeding === undefined) return this.#track(this.#feedFirst(upstream, asker));
    const feeding = this.#feeding;
    return asker.path.length === 0 ? feeding : Promise.race([feeding, refusedByLoop(upstream.probe(asker), feeding)]);
  }

  #refeed(): void {
    if (this.#closed || this.#feeding !== undefined || this.#options.upstream === undefined) return;
    void this.#track(this.#feedAgain(this.#options.upstream));
  }

  #track(feeding: Promise<Fed>): Promise<Fed> {
    this.#feeding = feeding;
    const done = () => {
      this.#feeding = undefined;
      this.followRoutes();
    };
    feeding.then(done, done);
    return feeding;
  }

  /** A failed first pull leaves nothing behind: the next hold starts afresh. */
  async #feedFirst(upstream: Upstream, asker: Asker): Promise<Fed> {
    try {
      return this.#take(await upstream.open(asker));
    } catch (error) {
      this.close();
      throw error;
    }
  }

  async #feedAgain(upstream: Upstream): Promise<Fed> {
    for (let attempt = 0; !this.#closed; attempt++) {
      try {
        return this.#take(await upstream.open(localAsker));
      } catch (error) {
        const { code } = CanopyError.from(error);
        this.#options.logger.warn({ err: error, trackId: this.id, attempt }, 'pulling a lost track again failed');
        if (code === 'TRACK_NOT_FOUND') this.close();
      }
      await this.#pause(backoffMs(attempt, retry, this.#options.random()));
    }
    throw new CanopyError('TRACK_NOT_FOUND');
  }

  #take(feed: TrackFeed): Fed {
    if (this.#closed) {
      feed.release();
      throw new CanopyError('TRACK_NOT_FOUND');
    }
    this.install(feed);
    if (this.#fed === undefined) throw new CanopyError('TRACK_NOT_FOUND');
    return this.#fed;
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#options.clock.after(delayMs, resolve);
    });
  }
}

/** Rejects if the probe met a loop; whatever else becomes of it, the pull itself decides. */
async function refusedByLoop(probe: Promise<void>, feeding: Promise<Fed>): Promise<Fed> {
  try {
    await probe;
  } catch (error) {
    if (CanopyError.from(error).code === 'LOOP_DETECTED') throw error;
  }
  return feeding;
}

function letGo({ feed, serving }: Fed): void {
  serving.close();
  feed.release();
}
