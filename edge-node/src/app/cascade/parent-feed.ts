import type { LinkEvent, PullResponse } from '@canopy/proto/edge_link';
import type { TrackKind, TrackSource } from '@canopy/proto/media';
import type { Clock } from '@canopy/runtime/clock';
import { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import type { Reception } from '../../core/cascade/silence.ts';
import type { Use } from '../../core/cascade/uses.ts';
import { once } from '../once.ts';
import type { MediaProducer, Pipe } from '../ports/media.ts';
import type { LinkFlow } from './link-flow.ts';
import type { FeedFacts, TrackFeed } from './track-feed.ts';

/** Of a stream nothing else is known of. */
const bestScore = 10;

/** What the link's events said about a track, from the moment it was asked for. */
export class FeedEvents {
  readonly facts = new Emitter<FeedFacts>();
  state: 'live' | 'unattended' | 'ended' | 'lost' = 'live';
  /** The parent gets it another way now: what came before goes on for a while, and is to be pulled anew. */
  former = false;
  /** Those who have another way to change to. */
  watchers = 0;
  readonly #clock: Clock;
  /** Undefined while neither an event nor the parent's answer said. */
  #muted: boolean | undefined;
  #hushed: boolean | undefined;
  #score: number | undefined;
  /** Since when media is to come, if it is; undefined while the parent has not answered. */
  #expectedSince: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get muted(): boolean {
    return this.#muted === true;
  }

  get hushed(): boolean {
    return this.#hushed === true;
  }

  get score(): number {
    return this.#score ?? bestScore;
  }

  get gone(): boolean {
    return this.state === 'ended' || this.state === 'lost';
  }

  /** True while the publisher sends it, and nobody on the way holds it back. */
  get flows(): boolean {
    return this.#expectedSince !== undefined && !this.muted && !this.hushed && this.score > 0;
  }

  /** Takes up what the parent answered, where no event said otherwise meanwhile. */
  begin({ muted, hushed, score }: Pick<PullResponse, 'muted' | 'hushed' | 'score'>): void {
    this.#muted ??= muted;
    this.#hushed ??= hushed;
    this.#score ??= score;
    this.expect();
  }

  /** Media is to come from now on: no silence is longer. */
  expect(): void {
    this.#expectedSince = this.#clock.monotonicMs();
  }

  handle(event: LinkEvent): void {
    if (event.trackMutedChanged !== undefined) {
      this.#muted = event.trackMutedChanged.muted;
      this.expect();
      this.facts.emit('muted', this.#muted);
    } else if (event.trackHushed !== undefined) {
      this.#hushed = event.trackHushed.hushed;
      this.expect();
      this.facts.emit('hushed', this.#hushed);
    } else if (event.trackScore !== undefined) {
      if (this.score === 0) this.expect();
      this.#score = event.trackScore.score;
      this.facts.emit('score', this.#score);
    } else if (event.trackEnded !== undefined) this.end('ended');
    else if (event.trackReplaced !== undefined) {
      const { goesOn, silent } = event.trackReplaced;
      this.former = goesOn;
      if (goesOn) this.neglect(silent);
      else this.end('lost');
    }
  }

  /** Nothing arrives over the link. That says something of a track which is to arrive, and no more than since it is. */
  handleSilence(reception: Reception): void {
    if (!this.flows) return;
    const now = this.#clock.monotonicMs();
    const idleMs = Math.min(reception.idleMs, now - (this.#expectedSince ?? now));
    this.facts.emit('silent', { ...reception, idleMs });
  }

  /** Nobody tells about it any more. */
  neglect(silent = false): void {
    if (this.state !== 'live') return;
    this.state = 'unattended';
    this.facts.emit('unattended', { silent });
  }

  end(fact: 'ended' | 'lost'): void {
    if (this.gone) return;
    this.state = fact;
    this.facts.emit(fact, undefined);
  }
}

/** What a feed needs of the link it comes over. */
export interface FeedLink {
  reception(): Reception;
  watch(): () => void;
  giveUp(): void;
}

interface ParentFeedOptions {
  edgeId: string;
  parentId: string;
  producer: MediaProducer;
  workerIndex: number;
  answer: PullResponse;
  /** Begins to tell the parent what of it to send. */
  openFlow: () => LinkFlow;
  events: FeedEvents;
  link: FeedLink;
  release: () => void;
}

/** One way a track comes from one parent, over the link to it: a producer on the link's router. */
export class ParentFeed implements TrackFeed {
  readonly parentId: string;
  readonly producer: MediaProducer;
  readonly workerIndex: number;
  readonly kind: TrackKind;
  readonly source: TrackSource;
  readonly pathFromOrigin: readonly string[];
  readonly #events: FeedEvents;
  readonly #link: FeedLink;
  readonly #release: () => void;
  readonly #flow: LinkFlow;
  /** Ends the look at what arrives. */
  #endWatch: (() => void) | undefined;
  #released = false;

  /** Makes the producer for the parent's answer. Throws TRACK_NOT_FOUND or LINK_NOT_FOUND when the track ended, or the link broke, while it was being pulled. */
  static async open(pipe: Pipe, options: Omit<ParentFeedOptions, 'producer'>): Promise<ParentFeed> {
    const { kind, rtpParameters } = options.answer;
    if (rtpParameters === undefined) throw new CanopyError('INTERNAL');
    const producer = await pipe.receive({ kind, rtpParameters, paused: options.events.muted });
    if (options.events.state !== 'live') {
      producer.close();
      throw new CanopyError(options.events.state === 'ended' ? 'TRACK_NOT_FOUND' : 'LINK_NOT_FOUND');
    }
    return new ParentFeed({ ...options, producer });
  }

  private constructor(options: ParentFeedOptions) {
    this.parentId = options.parentId;
    this.producer = options.producer;
    this.workerIndex = options.workerIndex;
    this.kind = options.answer.kind;
    this.source = options.answer.source;
    this.pathFromOrigin = [...options.answer.pathFromOrigin, options.edgeId];
    this.#events = options.events;
    this.#link = options.link;
    this.#release = options.release;
    this.#flow = options.openFlow();
    this.producer.onClosed(() => {
      if (!this.#released) this.#events.end('lost');
    });
    // What is asked for from then on is asked for anew.
    for (const over of ['unattended', 'ended', 'lost'] as const) {
      this.#events.facts.on(over, () => this.#flow.close());
    }
  }

  get facts(): Emitter<FeedFacts> {
    return this.#events.facts;
  }

  get muted(): boolean {
    return this.#events.muted;
  }

  get hushed(): boolean {
    return this.#events.hushed;
  }

  get score(): number {
    return this.#events.score;
  }

  get live(): boolean {
    return this.#events.state === 'live';
  }

  get gone(): boolean {
    return this.#events.gone;
  }

  get ended(): boolean {
    return this.#events.state === 'ended';
  }

  get heldBack(): boolean {
    return this.#flow.heldBack;
  }

  get layers(): number {
    return this.#flow.layers;
  }

  reception(): Reception {
    return this.#link.reception();
  }

  watch(): () => void {
    this.#events.watchers++;
    this.#watch();
    return once(() => {
      this.#events.watchers--;
      this.#watch();
    });
  }

  keepFlowing(): () => void {
    const { heldBack } = this;
    const stop = this.#flow.keepFlowing();
    this.#followFlow(heldBack);
    return () => {
      stop();
      this.#watch();
    };
  }

  keepReady(only: boolean): void {
    const { heldBack } = this;
    this.#flow.keepReady(only);
    this.#followFlow(heldBack);
  }

  need(layers: number): void {
    this.#flow.need(layers < this.producer.layers.spatial ? layers : Number.POSITIVE_INFINITY);
  }

  insist(insists: boolean): void {
    this.#flow.insist(insists);
  }

  get chained(): boolean {
    return this.#flow.use === 'chained';
  }

  serve(use: Use): void {
    this.#flow.serve(use);
  }

  giveUp(): void {
    this.#link.giveUp();
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#flow.close();
    this.producer.close();
    this.#release();
  }

  #followFlow(wasHeldBack: boolean): void {
    if (wasHeldBack && !this.heldBack) this.#events.expect();
    this.#watch();
  }

  /** Where nothing is to come, there is nothing to look at. */
  #watch(): void {
    const watches = this.#events.watchers > 0 && !this.heldBack;
    if (watches === (this.#endWatch !== undefined)) return;
    this.#endWatch?.();
    this.#endWatch = watches ? this.#link.watch() : undefined;
  }
}
