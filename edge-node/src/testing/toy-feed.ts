import { TrackKind, TrackSource } from '@canopy/proto/media';
import { Emitter } from '@canopy/runtime/emitter';
import type { FeedFacts, TrackFeed } from '../app/cascade/track-feed.ts';
import type { MediaProducer } from '../app/ports/media.ts';
import type { Reception } from '../core/cascade/silence.ts';
import type { Use } from '../core/cascade/uses.ts';

/** A feed that does what a test tells it, over `parentId`. */
export class ToyFeed implements TrackFeed {
  readonly kind = TrackKind.VIDEO;
  readonly source = TrackSource.CAMERA;
  readonly workerIndex = 0;
  readonly muted = false;
  hushed = false;
  readonly score = 10;
  insisted = false;
  readonly facts = new Emitter<FeedFacts>();
  readonly parentId: string;
  readonly pathFromOrigin: string[];
  readonly producer: MediaProducer;
  ended = false;
  /** Whether it comes only while somebody keeps it flowing. */
  keptReady = false;
  keepers = 0;
  use: Use = 'first';
  layers = Number.POSITIVE_INFINITY;
  attended = true;
  gone = false;
  released = false;
  received: Reception = { idleMs: 0, busyMs: 60_000 };
  receivedBytes = 0;

  constructor(parentId: string, ...before: string[]) {
    this.parentId = parentId;
    this.producer = toyProducer(parentId, () => this.receivedBytes);
    this.pathFromOrigin = ['origin', ...before, parentId, 'self'];
  }

  get live(): boolean {
    return this.attended && !this.gone;
  }

  get heldBack(): boolean {
    return this.keptReady && this.keepers === 0;
  }

  get chained(): boolean {
    return this.use === 'chained';
  }

  reception() {
    return this.received;
  }

  watch() {
    return () => undefined;
  }

  keepReady(only: boolean): void {
    this.keptReady = only;
  }

  keepFlowing(): () => void {
    this.keepers++;
    return () => {
      this.keepers--;
    };
  }

  need(layers: number): void {
    this.layers = layers;
  }

  insist(insists: boolean): void {
    this.insisted = insists;
  }

  serve(use: Use): void {
    this.use = use;
  }

  giveUp(): void {
    this.lose();
  }

  /** Only its signaling is gone. */
  neglect(silent = false): void {
    this.attended = false;
    this.facts.emit('unattended', { silent });
  }

  lose(): void {
    this.gone = true;
    this.facts.emit('lost', undefined);
  }

  release(): void {
    this.released = true;
  }
}

/** A producer of which nothing but its id and what it received is known. */
export function toyProducer(id: string, receivedBytes = () => 0): MediaProducer {
  return {
    id,
    kind: TrackKind.VIDEO,
    mimeType: 'video/VP9',
    layers: { spatial: 1, temporal: 1 },
    closed: false,
    close: () => undefined,
    onClosed: () => undefined,
    setPaused: async () => undefined,
    bitrateBps: async () => 0,
    arrival: async () => ({ bps: 0, lossRatio: 0 }),
    receivedBytes: async () => receivedBytes(),
    score: 10,
    arrives: () => true,
    onScore: () => undefined,
  };
}
