import type { ConsumerParameters } from '@canopy/proto/media';
import { type Migrate, MigrateReason } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { connectedFor } from '../signal/connected-for.ts';
import type { LocalTracks, TrackSender } from './local-tracks.ts';
import type { MediaSession } from './media-session.ts';
import type { RemoteTracks, TrackReceiver } from './remote-tracks.ts';
import { untilConnected } from './until-connected.ts';

/** The new session must deliver within this time. */
export const swapMs = 5_000;
/** Viewers learn of the new origin, have the track sent from there and wait for its first frame. So long both sessions send, and longer while the server is out of reach: viewers may be as well. */
export const followMs = 2_000;

const lostReasons: ReadonlySet<MigrateReason> = new Set([MigrateReason.EDGE_LOST, MigrateReason.WORKER_LOST]);

/** Whether the session that is moved away from is lost already. */
export function isLoss(reason: MigrateReason): boolean {
  return lostReasons.has(reason);
}

/** Tracks that were received before a move, and that it does not bring along. */
export function leftBehind(received: Iterable<string>, { consumers }: Pick<Migrate, 'consumers'>): string[] {
  const brought = new Set(consumers.map(({ trackId }) => trackId));
  return [...received].filter((trackId) => !brought.has(trackId));
}

/** What a move needs to know of a session. */
export interface MovingSession extends TrackSender, TrackReceiver, Pick<MediaSession, 'state' | 'events'> {}

export interface MigrationOptions {
  clock: Clock;
  connection: Parameters<typeof connectedFor>[0];
  local: LocalTracks;
  remote: RemoteTracks;
  from: MovingSession;
  to: MovingSession;
  /** From now on the new session is the one. */
  onSwapped: () => void;
}

/**
 * One move of a participant's media to another session, make before break: first `swap`, then `follow`.
 *
 *     swapping → following → over
 *         └───────────────────↗   (not connected in time, or ended early: all is as it was before)
 */
export class Migration {
  readonly #options: MigrationOptions;
  readonly #over = Promise.withResolvers<void>();
  #phase: 'swapping' | 'following' | 'over' = 'swapping';
  /** What was known of when the move began goes over the new session. */
  #ready: Promise<unknown> = Promise.resolve();

  constructor(options: MigrationOptions) {
    this.#options = options;
  }

  get phase(): 'swapping' | 'following' | 'over' {
    return this.#phase;
  }

  /** The former session is lost: nothing plays until the new one brings it. */
  get recovers(): boolean {
    return this.#phase !== 'over' && this.#options.from.lost;
  }

  /** Receives and publishes over both sessions until the new one has taken over everything; a session that is lost is given up at once. False: the new one did not take over, and the former one goes on. */
  async swap(consumers: readonly ConsumerParameters[]): Promise<boolean> {
    const { local, remote, from, to, onSwapped } = this.#options;
    this.#ready = Promise.allSettled([remote.add(to, consumers), local.moveTo(to)]).then(() => remote.settled());
    if (!from.lost) {
      const isComplete = await this.#within(swapMs, this.#complete());
      if (this.#phase !== 'swapping') return false;
      if (to.state !== 'connected' && (!isComplete || local.sendsOver(to))) {
        this.end();
        return false;
      }
      // What was published on the new session is not known before the server can be asked; the former one works meanwhile.
      await this.#connectedFor(0);
      if (this.#phase !== 'swapping') return false;
    }
    this.#phase = 'following';
    onSwapped();
    return true;
  }

  /** The former session goes on: it sends while viewers follow to the new one, and delivers what the new one does not bring yet. What a lost one brought last stays in view until the new one brings it. */
  async follow(): Promise<void> {
    const { local, remote, from } = this.#options;
    if (from.lost) await this.#within(swapMs, Promise.all([this.#ready, this.#nothingShownOfFormer()]));
    else if ((local.sendsOver(from) || remote.comesOver(from)) && from.state === 'connected')
      await this.#connectedFor(followMs);
    if (this.#phase === 'following') this.end();
  }

  /** Ends the move where it is, at once: before the swap it is taken back, after it completed. */
  end(): void {
    const { local, remote, from, to } = this.#options;
    if (this.#phase === 'swapping') {
      local.takeBackMove();
      remote.leave(to);
    } else if (this.#phase === 'following') {
      void local.completeMove();
      remote.leave(from);
    }
    this.#phase = 'over';
    this.#over.resolve();
  }

  /** Who receives nothing yet would not notice that what they send reaches nobody. */
  async #complete(): Promise<true> {
    const { local, to, clock } = this.#options;
    await this.#ready;
    if (local.sendsOver(to)) await untilConnected(to, clock);
    return true;
  }

  async #nothingShownOfFormer(): Promise<void> {
    const { remote, from } = this.#options;
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => {
      if (!remote.comesOver(from)) resolve();
    };
    const stops = [remote.events.on('subscribed', look), remote.events.on('unsubscribed', look)];
    look();
    await Promise.race([promise, this.#over.promise]);
    for (const stop of stops) stop();
  }

  /** What `work` gives, or undefined when time is up or the move is over. */
  async #within<T>(limitMs: number, work: Promise<T>): Promise<T | undefined> {
    const timeUp = Promise.withResolvers<undefined>();
    const stop = this.#options.clock.after(limitMs, () => timeUp.resolve(undefined));
    return Promise.race([this.#unlessOver(work), timeUp.promise]).finally(stop);
  }

  #connectedFor(ms: number): Promise<void> {
    const { connection, clock } = this.#options;
    return this.#unlessOver(connectedFor(connection, ms, clock));
  }

  #unlessOver<T>(work: Promise<T>): Promise<T | undefined> {
    return Promise.race([work, this.#over.promise.then(() => undefined)]);
  }
}
