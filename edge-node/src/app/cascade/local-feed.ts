import { type TrackKind, TrackSource } from '@canopy/proto/media';
import type { Clock } from '@canopy/runtime/clock';
import { Emitter } from '@canopy/runtime/emitter';
import { hasSeparateLayers } from '../../core/cascade/lanes.ts';
import { encodingLingerMs } from '../../core/cascade/layer-demand.ts';
import type { Reception } from '../../core/cascade/silence.ts';
import type { MediaProducer } from '../ports/media.ts';
import { SteadyNeed } from './steady-need.ts';
import type { FeedFacts, TrackFeed } from './track-feed.ts';

interface LocalFeedOptions {
  edgeId: string;
  producer: MediaProducer;
  workerIndex: number;
  source: TrackSource;
  muted: boolean;
  clock: Clock;
}

/** A track of a participant on this edge: this edge is its origin. */
export class LocalFeed implements TrackFeed {
  readonly producer: MediaProducer;
  readonly workerIndex: number;
  readonly kind: TrackKind;
  readonly source: TrackSource;
  readonly pathFromOrigin: readonly string[];
  readonly heldBack = false;
  readonly chained = false;
  readonly facts = new Emitter<FeedFacts>();
  /** Undefined where the publisher is to send what it sends, whoever needs what. */
  readonly #need: SteadyNeed | undefined;
  /** The publisher was told to encode other layers than all. */
  #steered = false;
  #muted: boolean;
  #hushed = false;
  /** Something of it arrives, as was told last. */
  #arrives: boolean;
  #live = true;

  constructor({ edgeId, producer, workerIndex, source, muted, clock }: LocalFeedOptions) {
    this.producer = producer;
    this.workerIndex = workerIndex;
    this.kind = producer.kind;
    this.source = source;
    this.pathFromOrigin = [edgeId];
    this.#muted = muted;
    this.#arrives = producer.score > 0;
    if (source === TrackSource.CAMERA && hasSeparateLayers(producer)) {
      const { spatial: layers } = producer.layers;
      this.#need = new SteadyNeed({ clock, layers, lingerMs: encodingLingerMs, onChange: () => this.#steer() });
      this.need(0);
    }
    producer.onScore((score) => this.#handleScore(score));
    producer.onClosed(() => {
      this.#live = false;
      this.#need?.close();
      this.facts.emit('ended', undefined);
    });
  }

  get muted(): boolean {
    return this.#muted;
  }

  get layers(): number {
    return this.#need?.layers ?? Number.POSITIVE_INFINITY;
  }

  /** What arrives is not what its publisher was told to encode: it has not heard of it, can't, or its network carries less. */
  get unheeded(): boolean {
    if (!this.#steered || this.#muted || this.score === 0) return false;
    return this.producer.arrives(this.layers) || !this.producer.arrives(this.layers - 1);
  }

  get hushed(): boolean {
    return this.#hushed;
  }

  get live(): boolean {
    return this.#live;
  }

  get score(): number {
    return this.producer.score;
  }

  setMuted(muted: boolean): void {
    if (this.#muted === muted) return;
    this.#muted = muted;
    this.facts.emit('muted', muted);
  }

  /** Whether links need not carry it, since others are louder. */
  setHushed(hushed: boolean): void {
    if (this.#hushed === hushed) return;
    this.#hushed = hushed;
    this.facts.emit('hushed', hushed);
  }

  get gone(): boolean {
    return !this.#live;
  }

  get ended(): boolean {
    return !this.#live;
  }

  reception(): Reception {
    return { idleMs: 0, busyMs: 0 };
  }

  watch(): () => void {
    return () => undefined;
  }

  keepFlowing(): () => void {
    return () => undefined;
  }

  keepReady(): void {}

  /** The lowest layer comes always: who begins to watch sees something at once, whether or not the publisher can be told. */
  need(layers: number): void {
    this.#need?.need(Math.max(1, Math.min(layers, this.producer.layers.spatial)));
  }

  insist(): void {}

  serve(): void {}

  giveUp(): void {}

  release(): void {
    this.producer.close();
  }

  /** It changes with every lost packet; what matters to others is whether anything arrives. */
  #handleScore(score: number): void {
    const arrives = score > 0;
    if (arrives === this.#arrives) return;
    this.#arrives = arrives;
    this.facts.emit('score', score);
  }

  #steer(): void {
    this.#steered = true;
    this.facts.emit('asked', undefined);
  }
}
