import type { RefusedTrack, SetSubscriptionsResponse } from '@canopy/proto/edge_media';
import type { ConsumerParameters, TrackWant } from '@canopy/proto/media';
import type { Clock } from '@canopy/runtime/clock';
import { withDeadline } from '@canopy/runtime/deadline';
import { CanopyError, type ErrorCode } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { subscriptionLeaveMs } from '../../core/cascade/leaving.ts';
import { diffSubscriptions, type WantedTrack } from '../../core/subscription/subscription-diff.ts';
import { inBackground } from '../background.ts';
import type { TrackOnEdge } from '../cascade/track-on-edge.ts';
import { Subscription, type Viewer } from './subscription.ts';

/** Why tracks can't be had from elsewhere: counted where they are pulled, and refused to each of their viewers. */
const ofPulls: ReadonlySet<ErrorCode> = new Set([
  'EDGE_OVERLOADED',
  'EDGE_UNREACHABLE',
  'LINK_NOT_FOUND',
  'LOOP_DETECTED',
  'ROUTE_NOT_FOUND',
  'TIMEOUT',
  'TRACK_NOT_FOUND',
]);

export interface SubscribeOptions {
  /** Consumers are held back until the client is ready for them. */
  paused: boolean;
  /** A track that takes longer is refused; the rest goes on. */
  timeoutMs: number;
}

export interface SubscriptionsOptions {
  viewer: Viewer;
  trackFor: (target: WantedTrack) => TrackOnEdge;
  /** What the viewer has of a track ended by itself, and not because it wants it no more. */
  onEnded: (trackId: string) => void;
  clock: Clock;
  logger: Logger;
}

/**
 * What one participant receives. The set is replaced as a whole; only differences take effect. Nothing here waits for its
 * turn: a change applies at once, also while tracks of an earlier one are still being pulled.
 */
export class Subscriptions {
  readonly #viewer: Viewer;
  readonly #trackFor: SubscriptionsOptions['trackFor'];
  readonly #onEnded: SubscriptionsOptions['onEnded'];
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #subscriptions = new Map<string, Subscription>();
  /** To tracks that come another way now: they go on until the client has the track that way. */
  readonly #former = new Set<Subscription>();
  /** Consumers that ended by themselves, until the client is told. */
  #ended: { trackId: string; consumerId: string }[] = [];

  constructor({ viewer, trackFor, onEnded, clock, logger }: SubscriptionsOptions) {
    this.#viewer = viewer;
    this.#trackFor = trackFor;
    this.#onEnded = onEnded;
    this.#clock = clock;
    this.#logger = logger;
  }

  get size(): number {
    return this.#subscriptions.size;
  }

  get trackIds(): string[] {
    return [...this.#subscriptions.keys()];
  }

  /** Tracks of which the client's connection does not carry what it asked for, now. */
  get loweredTrackIds(): string[] {
    return [...this.#subscriptions].flatMap(([trackId, { lowered }]) => (lowered ? [trackId] : []));
  }

  /** The client has yet to take the track anew: the way it came by is no longer, or goes on for a while only. */
  awaits(trackId: string): boolean {
    const outdated = this.#subscriptions.get(trackId)?.outdated ?? false;
    return outdated || this.#ended.some((ended) => ended.trackId === trackId);
  }

  async set(targets: readonly WantedTrack[], options: SubscribeOptions): Promise<SetSubscriptionsResponse> {
    const diff = diffSubscriptions(this.#subscriptions, targets);
    const ended = this.#ended.map(({ consumerId }) => consumerId);
    const removedConsumerIds = [...ended, ...diff.close.flatMap((trackId) => this.#close(trackId))];
    this.#ended = [];
    for (const want of diff.change) this.#change(want);
    for (const { want } of diff.move) this.#leave(want.trackId);
    const answers = await Promise.all([...diff.add, ...diff.move].map((target) => this.#add(target, options)));
    const results = answers.flat();
    return {
      added: results.filter((result) => 'consumerId' in result),
      removedConsumerIds,
      refused: results.filter((result) => 'code' in result),
    };
  }

  /** The consumers there are, for a client that asks again. */
  async consumers(): Promise<ConsumerParameters[]> {
    const opened = [...this.#subscriptions.values()].filter(({ consumers }) => consumers.length > 0);
    return (await Promise.all(opened.map((subscription) => subscription.ready))).flat();
  }

  async resume(consumerIds: readonly string[]): Promise<void> {
    const wanted = new Set(consumerIds);
    const ready = [...this.#subscriptions.values()].filter(({ consumers }) =>
      consumers.some(({ id }) => wanted.has(id)),
    );
    await Promise.all(ready.map((subscription) => subscription.resume()));
  }

  close(): void {
    for (const trackId of this.trackIds) this.#close(trackId);
    for (const subscription of this.#former) subscription.close();
  }

  #leave(trackId: string): void {
    const subscription = this.#subscriptions.get(trackId);
    if (subscription === undefined) return;
    this.#subscriptions.delete(trackId);
    this.#former.add(subscription);
    const cancel = this.#clock.after(subscriptionLeaveMs, () => subscription.close());
    subscription.onClosed(() => {
      cancel();
      this.#former.delete(subscription);
    });
  }

  /** Nothing when the subscription was closed meanwhile, because the client no longer wants it. */
  async #add(target: WantedTrack, options: SubscribeOptions): Promise<(ConsumerParameters | RefusedTrack)[]> {
    const { trackId } = target.want;
    let subscription: Subscription | undefined;
    try {
      subscription = this.#open(target, options.paused);
      return await withDeadline(this.#clock, options.timeoutMs, subscription.ready);
    } catch (error) {
      const unwanted = subscription !== undefined && !this.#forget(trackId, subscription);
      subscription?.close();
      if (unwanted) return [];
      const { code } = CanopyError.from(error);
      this.#logger[ofPulls.has(code) ? 'debug' : 'warn']({ err: error, trackId, code }, 'track refused');
      return [{ trackId, code }];
    }
  }

  #open(target: WantedTrack, paused: boolean): Subscription {
    const { trackId } = target.want;
    const tools = { clock: this.#clock, logger: this.#logger };
    const subscription = new Subscription(this.#trackFor(target), target, this.#viewer, paused, tools);
    this.#subscriptions.set(trackId, subscription);
    subscription.ready.then(
      (consumers) =>
        subscription.onClosed(() => {
          if (!this.#forget(trackId, subscription)) return;
          this.#ended.push(...consumers.map(({ consumerId }) => ({ trackId, consumerId })));
          this.#onEnded(trackId);
        }),
      () => undefined,
    );
    return subscription;
  }

  #change(want: TrackWant): void {
    const changed = this.#subscriptions.get(want.trackId)?.change(want);
    if (changed !== undefined) inBackground(this.#logger, 'changing a consumer', changed);
  }

  #close(trackId: string): string[] {
    const subscription = this.#subscriptions.get(trackId);
    if (subscription === undefined) return [];
    const consumerIds = subscription.consumers.map(({ id }) => id);
    this.#subscriptions.delete(trackId);
    subscription.close();
    return consumerIds;
  }

  #forget(trackId: string, subscription: Subscription): boolean {
    return this.#subscriptions.get(trackId) === subscription && this.#subscriptions.delete(trackId);
  }
}
