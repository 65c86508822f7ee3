import type { TrackKind, TrackSource } from '@canopy/proto/media';
import { Emitter } from '@canopy/runtime/emitter';
import type { Reception } from '../../core/cascade/silence.ts';
import type { MediaProducer } from '../ports/media.ts';
import type { FeedFacts, TrackFeed } from './track-feed.ts';

interface LocalFeedOptions {
  edgeId: string;
  producer: MediaProducer;
  workerIndex: number;
  source: TrackSource;
  muted: boolean;
}

/** A track of a participant on this edge: this edge is its origin. */
export class LocalFeed implements TrackFeed {
  readonly producer: MediaProducer;
  readonly workerIndex: number;
  readonly kind: TrackKind;
  readonly source: TrackSource;
  readonly pathFromOrigin: readonly string[];
  readonly heldBack = false;
  readonly layers = Number.POSITIVE_INFINITY;
  readonly facts = new Emitter<FeedFacts>();
  #muted: boolean;
  #hushed = false;
  #live = true;

  constructor({ edgeId, producer, workerIndex, source, muted }: LocalFeedOptions) {
    this.producer = producer;
    this.workerIndex = workerIndex;
    this.kind = producer.kind;
    this.source = source;
    this.pathFromOrigin = [edgeId];
    this.#muted = muted;
    producer.onScore((score) => this.facts.emit('score', score));
    producer.onClosed(() => {
      this.#live = false;
      this.facts.emit('ended', undefined);
    });
  }

  get muted(): boolean {
    return this.#muted;
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

  letFlow(): void {}

  need(): void {}

  insist(): void {}

  giveUp(): void {}

  release(): void {
    this.producer.close();
  }
}
