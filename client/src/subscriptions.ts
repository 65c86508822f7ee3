import type { TrackWant } from '@canopy/proto/media';
import type { RefusedSubscription, Subscribed } from '@canopy/proto/signal';
import { mostWanted } from '@canopy/proto/wants';
import { backoffMs } from '@canopy/runtime/backoff';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';

/** Changes within this time become one message. */
const coalesceMs = 20;
/** The least time between two requests: half of what the server allows a participant for everything. */
const periodMs = 100;
const retryBackoff = { initialMs: 1_000, maxMs: 10_000 };
/** What the server takes: so many tracks, of this size at most. */
const limits = { tracks: mostWanted, pixels: 16_384, priority: 255 };
/** Of a want without one, from a page without types; the server's as well. */
const usualPriority = 100;

export interface SubscriptionsOptions {
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  subscribe: (wants: TrackWant[]) => Promise<Subscribed>;
  /** Told of each answer before the next request is made. */
  onAnswer: (answer: Subscribed) => void;
  /** Whether the track's consumer is known here. */
  has: (trackId: string) => boolean;
}

/** Keeps the server's idea of what this participant wants to receive equal to the application's. One request at a time; what changes meanwhile goes into the next; what was refused for a passing reason is asked for again. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  /** Null while what the server chose at the join stands. */
  #wanted: readonly TrackWant[] | null = null;
  /** What the server would choose now; null until that is known. */
  #suggested: readonly TrackWant[] | null = null;
  /** The application said what it wants. */
  #declared = false;
  /** What the server is known to have been told; null when it must be told (again). */
  #told: string | null = null;
  /** A request's answer was lost: the server may have made consumers that we never heard of. */
  #uncertain = false;
  /** Tracks that come another way since the last answer that was heard: their present consumers are not those they are to have. */
  readonly #moved = new Set<string>();
  #online = false;
  #busy = false;
  /** No request before `until`, nor longer than for so many ms: the clock may be set back meanwhile. */
  #rest = { forMs: 0, until: 0 };
  #failures = 0;
  /** Counts the times offline. */
  #period = 0;
  /** Counts the times that everything had to be told again. */
  #revision = 0;
  #cancelTimer: (() => void) | null = null;
  #cancelAskingAgain = () => {};

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  /** Replaces the whole set of wanted tracks. Order doesn't matter. Sizes are rounded up, sizes and priorities kept within bounds, and of more than 256 tracks those with the highest priority are asked for. */
  set(wants: readonly TrackWant[]): void {
    this.#declared = true;
    this.#wanted = normalised(wants);
    this.#schedule(coalesceMs);
  }

  /** False from `disconnected` until `connected`. */
  get online(): boolean {
    return this.#online;
  }

  /** What is wanted as long as the application says nothing, again with each change of what there is. */
  suggest(wants: readonly TrackWant[]): void {
    if (this.#declared) return;
    this.#suggested = wants;
    const stands = this.#moved.size === 0 && wants.every(({ trackId }) => this.#options.has(trackId));
    // The server chose the same.
    if (this.#wanted === null && stands) return;
    this.#wanted = normalised(wants);
    this.#schedule(coalesceMs);
  }

  /** The connection is up. `sameSession`: the server still has what it was told before. */
  connected(sameSession: boolean): void {
    this.#online = true;
    if (!sameSession) {
      this.#uncertain = false;
      this.#moved.clear();
    }
    if (!sameSession && !this.#declared) this.#chosenByServer();
    if (!sameSession || this.#uncertain) this.#told = null;
    this.#schedule(0);
  }

  /** The same wants mean something else now, such as after the origin of `moved` tracks did, or a session that did not bring them along: tell them again. */
  refresh(moved: Iterable<string> = []): void {
    for (const trackId of moved) this.#moved.add(trackId);
    if (this.#moved.size > 0 && this.#suggested !== null) this.#wanted ??= normalised(this.#suggested);
    this.#told = null;
    this.#revision++;
    this.#schedule(coalesceMs);
  }

  /** What was wanted is of another meeting: what the server chooses stands until the application says something anew. */
  forget(): void {
    this.#unschedule();
    this.#declared = false;
    this.#chosenByServer();
    this.#told = null;
    this.#uncertain = false;
    this.#moved.clear();
  }

  /** Nothing is asked until `connected`, and an answer to what was asked before counts for nothing. */
  disconnected(): void {
    this.#online = false;
    this.#period++;
    this.#unschedule();
  }

  #chosenByServer(): void {
    this.#wanted = null;
    this.#suggested = null;
  }

  #schedule(delayMs: number): void {
    if (!this.#online || this.#busy || this.#cancelTimer !== null || this.#isCurrent()) return;
    const { clock } = this.#options;
    const { forMs, until } = this.#rest;
    this.#cancelTimer = clock.after(Math.max(delayMs, Math.min(forMs, until - clock.now())), () => {
      this.#cancelTimer = null;
      void this.#send(this.#wanted ?? []);
    });
  }

  #restFor(forMs: number): void {
    this.#rest = { forMs, until: this.#options.clock.now() + forMs };
  }

  #unschedule(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  #isCurrent(): boolean {
    return this.#wanted === null || this.#told === JSON.stringify(this.#wanted);
  }

  async #send(wanted: readonly TrackWant[]): Promise<void> {
    const { subscribe, onAnswer, has } = this.#options;
    // Without the tracks whose consumers we may have missed, so that the next request makes them anew.
    const isKnown = ({ trackId }: TrackWant) => has(trackId) && !this.#moved.has(trackId);
    const isComplete = !this.#uncertain;
    const wants = isComplete ? wanted : wanted.filter(isKnown);
    this.#busy = true;
    this.#uncertain = true;
    this.#restFor(periodMs);
    const period = this.#period;
    const revision = this.#revision;
    try {
      const answer = await subscribe([...wants]);
      if (period !== this.#period) return;
      this.#uncertain = false;
      this.#told = revision === this.#revision ? JSON.stringify(wants) : null;
      if (isComplete && this.#told !== null) this.#moved.clear();
      onAnswer(answer);
      this.#askAgainFor(answer.refused);
    } catch (error) {
      // Nobody refused what was lost with the connection.
      if (period !== this.#period) return;
      if (CanopyError.from(error).retryable) return this.#restFor(this.#nextRetryMs());
      console.warn('canopy: what to receive was refused', error);
      this.#told = JSON.stringify(wanted);
    } finally {
      this.#busy = false;
      this.#schedule(coalesceMs);
    }
  }

  #askAgainFor(refused: readonly RefusedSubscription[]): void {
    this.#cancelAskingAgain();
    warnOf(refused);
    if (!refused.some(({ reason }) => reason?.retryable)) {
      this.#failures = 0;
      return;
    }
    this.#cancelAskingAgain = this.#options.clock.after(this.#nextRetryMs(), () => {
      this.#told = null;
      this.#schedule(0);
    });
  }

  #nextRetryMs(): number {
    return periodMs + backoffMs(this.#failures++, retryBackoff, this.#options.random());
  }
}

function normalised(wants: readonly TrackWant[]): TrackWant[] {
  const byId = wants.map(withinLimits).sort((a, b) => (a.trackId < b.trackId ? -1 : 1));
  if (byId.length <= limits.tracks) return byId;
  const kept = new Set(byId.toSorted((a, b) => b.priority - a.priority).slice(0, limits.tracks));
  return byId.filter((want) => kept.has(want));
}

/** Pages measure in fractions of pixels, and with ratios that may be anything; the server refuses everything where one number is wrong. */
function withinLimits({ trackId, width, height, priority }: TrackWant): TrackWant {
  return {
    trackId,
    width: within(0, Math.ceil(width), limits.pixels),
    height: within(0, Math.ceil(height), limits.pixels),
    priority: within(1, Math.round(priority), limits.priority, usualPriority),
  };
}

function within(least: number, value: number, most: number, unlessNumber = least): number {
  return Number.isNaN(value) ? unlessNumber : Math.min(most, Math.max(least, value));
}

/** A track that is gone by now is nothing that anybody could mend. */
function warnOf(refused: readonly RefusedSubscription[]): void {
  const forGood = refused.filter(({ reason }) => reason?.retryable === false && reason.code !== 'TRACK_NOT_FOUND');
  if (forGood.length > 0) console.warn('canopy: these tracks are not received', forGood);
}
