import { Emitter } from '@canopy/runtime/emitter';
import type { Lane } from '../../core/cascade/lanes.ts';
import { useOf } from '../../core/cascade/uses.ts';
import { chooseWays, laneOfParent, missingWays } from '../../core/cascade/ways.ts';
import { FormerSupplies } from './former-supplies.ts';
import type { TrackFeed } from './track-feed.ts';
import type { TrackHolds } from './track-holds.ts';
import { TrackSupply, type TrackSupplyOptions } from './track-supply.ts';
import type { Upstream, WantedParents } from './upstream.ts';
import { Way } from './way.ts';
import { WayBack } from './way-back.ts';

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

export interface TrackSuppliesOptions extends Omit<TrackSupplyOptions, 'idle'> {
  /** What the routes name. Absent for a track whose origin is this edge. */
  upstream?: Pick<Upstream, 'wanted'>;
  /** What is needed of each way. */
  holds: Pick<TrackHolds, 'keeps' | 'watched' | 'needed' | 'insisted'>;
  /** A way is gone, or nobody tells about it any more. */
  onWeakened: () => void;
  /** The track is over. */
  onEnded: () => void;
}

/**
 * What one track is served from on this edge: the supply in use, and former ones whose viewers stay. Of the ways there are it
 * makes the supply that the routes want, whenever one arrives, another is needed or the routes change.
 */
export class TrackSupplies {
  readonly facts = new Emitter<TrackFacts>();
  readonly #options: TrackSuppliesOptions;
  readonly #former: FormerSupplies;
  readonly #wayBack: WayBack;
  #current: TrackSupply | undefined;
  /** The plan under which the way in use changed by itself; its preference does not count for now. */
  #switchedIn: number | undefined;

  constructor(options: TrackSuppliesOptions) {
    this.#options = options;
    const { clock } = options;
    this.#former = new FormerSupplies({ clock, onDropped: () => this.facts.emit('dropped', undefined) });
    this.#wayBack = new WayBack({
      clock,
      planned: () => this.#wanted?.main,
      mayReturn: (supply, way) => this.#mayReturn(supply, way),
      onReturn: (supply, way) => this.#follow(supply, way),
    });
  }

  /** Undefined until a way arrives, and once closed. */
  get current(): TrackSupply | undefined {
    return this.#current;
  }

  /** All ways of the current supply, that in use among them. */
  get feeds(): TrackFeed[] {
    return this.#current?.ways.map(({ feed }) => feed) ?? [];
  }

  /** The way that the routes name as the second one, if it is there. */
  get spare(): Way | undefined {
    const wanted = this.#wanted;
    return this.#current?.ways.find(({ feed }) => feed.live && laneOfParent(feed.parentId, wanted) === 'spare');
  }

  /** The parents the routes name that the track does not come from. */
  get missing(): Lane[] {
    const from = new Set(this.feeds.filter(({ live }) => live).map(({ parentId }) => parentId));
    return missingWays(this.#wanted, from, (lane) => this.#options.holds.keeps(lane));
  }

  /** Takes a feed in, and arranges the ways there are now as the routes want. */
  install(feed: TrackFeed): void {
    const { pipes, logger } = this.#options;
    feed.facts.on('muted', (muted) => {
      if (this.feeds.includes(feed)) this.facts.emit('muted', muted);
    });
    feed.facts.on('score', (score) => {
      if (this.#current?.inUse.feed === feed) this.facts.emit('score', score);
    });
    this.#arrange(new Way(feed, pipes, logger));
  }

  /** The routes changed, or other ways are needed: arranges those there are, unless one is missing still. */
  followRoutes(): void {
    // What a way is taken for may be another now, whether or not the other way is there yet.
    this.ask();
    if (this.missing.length === 0) this.#arrange();
  }

  /** Each way is asked for what is needed of it, so that it is there when the one in use changes. */
  ask(): void {
    const { upstream, holds } = this.#options;
    const wanted = this.#wanted;
    const supplies = [...this.#former.all, ...(this.#current === undefined ? [] : [this.#current])];
    for (const { feed } of new Set(supplies.flatMap(({ ways }) => ways))) {
      const lane = laneOfParent(feed.parentId, wanted);
      if (lane !== undefined && wanted !== undefined) {
        feed.serve(useOf(lane, holds.watched, wanted.chained));
        feed.keepReady(lane === 'spare' && wanted.heldBack);
      }
      // What the plan has left is in use by whoever is there.
      const lanes: readonly Lane[] = lane === undefined ? ['main', 'spare'] : [lane];
      const needed = Math.max(0, ...lanes.map((of) => holds.needed(of) ?? 0));
      // Who comes next, while it lingers, finds what its parents sent.
      if (needed > 0 || upstream === undefined) feed.need(needed);
      feed.insist(lanes.some((of) => holds.insisted(of)));
    }
  }

  /** A viewer of that supply left. */
  forgo(supply: TrackSupply): void {
    this.#former.forgo(supply);
  }

  close(): void {
    this.#wayBack.cancel();
    const supply = this.#current;
    this.#current = undefined;
    this.facts.emit('closed', undefined);
    this.#former.close();
    supply?.close();
  }

  get #wanted(): WantedParents | undefined {
    return this.#options.upstream?.wanted();
  }

  /** Makes of the ways there are, and of one that just arrived, the supply that the routes want. */
  #arrange(arrived?: Way): void {
    const current = this.#current;
    if (arrived !== undefined) current?.escape();
    const ways = [
      ...(arrived === undefined ? [] : [arrived]),
      ...(current?.ways.filter(({ feed }) => feed.live) ?? []),
    ];
    const [first, second] = this.#choose(ways);
    if (arrived !== undefined && arrived !== first && arrived !== second) arrived.use()();
    if (first === undefined) return;
    this.#use(first, second);
    this.ask();
    this.facts.emit('arranged', undefined);
  }

  #use(first: Way, second: Way | undefined): void {
    const current = this.#current;
    const same =
      current?.ways.length === (second === undefined ? 1 : 2) && [first, second ?? first].every(isIn(current));
    if (!same) this.#supplyFrom(first, second);
    else if (current.inUse !== first && !current.merged) this.#supplyFrom(first, second);
    else if (current.inUse !== first) this.#follow(current, first);
  }

  /** The way to use and the way to fall back on; whatever comes, where the routes name nothing of it. */
  #choose(ways: readonly Way[]): (Way | undefined)[] {
    const wanted = this.#wanted;
    if (wanted === undefined) return [ways[0]];
    const [first = ways[0], second] = chooseWays({
      named: (lane) => ways.find(({ feed }) => laneOfParent(feed.parentId, wanted) === lane),
      keeps: (lane) => this.#options.holds.keeps(lane),
      inUse: ways.find((way) => way === this.#current?.inUse),
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
    const { pipes, clock, logger, onFailover, holds, onEnded } = this.#options;
    const previous = this.#current;
    const supply = new TrackSupply(first, second, { pipes, clock, logger, onFailover, idle: !holds.keeps('main') });
    this.#current = supply;
    supply.facts.on('switched', ({ fellBack }) => this.#handleSwitch(supply, fellBack));
    supply.facts.on('weakened', () => this.#handleWeakness(supply));
    supply.facts.on('ended', () => {
      if (this.#current === supply) onEnded();
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
    if (supply !== this.#current) return;
    this.#switchedIn = this.#wanted?.epoch;
    this.#former.leave(this.#former.lasting.filter(({ inUse }) => inUse !== supply.inUse));
    this.#wayBack.soon(supply);
    this.facts.emit('replaced', { silent: fellBack });
    this.facts.emit('arranged', undefined);
    if (supply.fragileViewers > 0) this.facts.emit('dropped', undefined);
  }

  /** Who stayed on what it had when the way was pulled anew would have to take it anew. Where ways are merged that is worth it: it has a second way again. */
  #mayReturn(supply: TrackSupply, way: Way): boolean {
    if (supply !== this.#current) return false;
    return supply.merged || this.#former.lasting.every(({ inUse }) => inUse === way);
  }

  #handleWeakness(supply: TrackSupply): void {
    const { gone } = supply.inUse.feed;
    if (supply !== this.#current) {
      if (gone) this.#former.end([supply]);
      return;
    }
    // Children who have another way need not find out by its silence.
    if (gone) this.facts.emit('replaced', { silent: false });
    this.facts.emit('arranged', undefined);
    this.#options.onWeakened();
  }
}

function isIn(supply: TrackSupply): (way: Way) => boolean {
  return (way) => supply.ways.includes(way);
}
