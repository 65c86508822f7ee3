import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';

const lookEveryMs = 100;
/** A page that was asleep or busy for so long, or whose clock was set, knows nothing of the time between. */
const asleepAfterMs = 300;
/** Media that was new in so many looks, with no more than one in vain between two of them, and then did not come for so long, has stopped; the pauses of a quiet microphone are no stream. */
const steadyLooks = 5;
/** Two looks, of which the second may come a little early. */
const silentAfterMs = 180;
/** When one stops whom thousands watch, they ask one after the other: so many in a ms, and nobody later than that. */
const spread = { perMs: 50, mostMs: 200 };
/** Where more than so many ask, each with another connection would be a storm. */
const mostRivals = 200;
/** Who sends, but receives nothing that could stop, asks so often. */
const askEveryMs = 1_000;
/** How long an answer may take: after a silence, and without one. A lost packet comes again a round trip and a fifth of a second later. */
const patience = { silentMs: 150, idleMs: 800, roundTrips: 3 };
const mostPatienceMs = 2_000;
/** Browsers learn of a new address up to some seconds after the connection goes over it already. */
const mostRevivals = 5;

export interface PathWatchOptions {
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  /** When the latest media of anybody was played, in ms of any clock; 0 while there is none. */
  lastPlayedAt: () => number;
  sends: () => boolean;
  /** How many receive the same media. */
  audience: () => number;
  /** How long the server's answers take; infinite while that is not known. */
  roundTripMs: () => number;
  /** Asks the server for a sign of life. Rejects with TIMEOUT when there is none in time; with a `rival`, as soon as another connection is there before the answer, of which `onLate` tells that it is late. */
  ask: (timeoutMs: number, how: { rival: boolean; onLate: () => void }) => Promise<unknown>;
  /** Media stopped, and the answer is late: it may be the network. What is done now leaves alone what may work yet. */
  onLate: () => void;
  /** Neither media nor signaling gets through: this network is gone. */
  onDead: () => void;
  /** Media stopped while the connection is lost already, which comes back by itself: it may be the network. */
  onLost: () => void;
  /** The server answers again, but media does not come yet. Called a few times. */
  onStillSilent: () => void;
}

/**
 * Notices that the network was changed, before the browser says so: Chromium on a desktop says nothing to pages, and takes
 * seconds to find it out itself. When all media stops at once, the server is asked; when that does not answer either, the path is dead.
 */
export class PathWatch {
  readonly #options: PathWatchOptions;
  readonly #stop: () => void;
  #lookedAt: number;
  #playedAt = 0;
  #playedSince: number;
  /** Looks that found new media, since the last pause. */
  #steady = 0;
  /** Looks in vain since then. */
  #vain = 0;
  #cancelTurn = () => {};
  #askedAt: number;
  #asking = false;
  /** How often to revive media after the path was dead or lost. */
  #revivals = 0;

  constructor(options: PathWatchOptions) {
    this.#options = options;
    const now = options.clock.now();
    this.#lookedAt = now;
    this.#playedSince = now;
    this.#askedAt = now - askEveryMs;
    this.#stop = options.clock.every(lookEveryMs, () => this.#look());
  }

  stop(): void {
    this.#stop();
    this.#cancelTurn();
  }

  #look(): void {
    const { clock, lastPlayedAt, sends } = this.#options;
    const now = clock.now();
    const wasAsleep = Math.abs(now - this.#lookedAt) > asleepAfterMs;
    this.#lookedAt = now;
    if (wasAsleep) this.#askedAt = now;
    const playedAt = lastPlayedAt();
    if (playedAt > this.#playedAt || wasAsleep) {
      if (wasAsleep) this.#steady = 0;
      else this.#steady = this.#vain > 1 ? 1 : this.#steady + 1;
      this.#vain = 0;
      if (!wasAsleep) this.#revivals = 0;
      this.#playedAt = playedAt;
      this.#playedSince = now;
      return;
    }
    this.#vain += 1;
    const silentMs = now - this.#playedSince;
    if (this.#steady >= steadyLooks && silentMs >= silentAfterMs) {
      this.#steady = 0;
      this.#askInTurn();
    } else if (silentMs >= askEveryMs && (sends() || this.#revivals > 0) && now - this.#askedAt >= askEveryMs) {
      void this.#ask(false);
    }
  }

  /** After a silence that many may have noticed at the same moment. Who sends is not one of many. */
  #askInTurn(): void {
    const { clock, random, sends, audience, lastPlayedAt } = this.#options;
    const playedAt = this.#playedAt;
    const turnMs = sends() ? 0 : random() * Math.min(spread.mostMs, audience() / spread.perMs);
    this.#cancelTurn = clock.after(turnMs, () => {
      if (lastPlayedAt() <= playedAt) void this.#ask(true);
    });
  }

  /** @param hasStopped media has: it is to be known soon whether it is the network, and media is to come again */
  async #ask(hasStopped: boolean): Promise<void> {
    if (this.#asking) return;
    const { clock, ask, sends, audience, roundTripMs, lastPlayedAt } = this.#options;
    const { onLate, onDead, onLost, onStillSilent } = this.#options;
    const playedAt = this.#playedAt;
    this.#asking = true;
    this.#askedAt = clock.now();
    try {
      const rival = hasStopped && (sends() || audience() <= mostRivals);
      const patienceMs = hasStopped ? patience.silentMs : patience.idleMs;
      await ask(Math.min(mostPatienceMs, patienceMs + patience.roundTrips * roundTripMs()), {
        rival,
        onLate: () => {
          if (lastPlayedAt() <= playedAt) onLate();
        },
      });
      if (this.#revivals === 0 || this.#playedAt !== playedAt) return;
      this.#revivals -= 1;
      onStillSilent();
    } catch (error) {
      if (this.#playedAt !== playedAt) return;
      if (hasStopped) this.#revivals = mostRevivals;
      // A connection that is lost comes back as soon as the server wants it to.
      if (CanopyError.from(error).code === 'TIMEOUT') onDead();
      else onLost();
    } finally {
      this.#asking = false;
    }
  }
}
