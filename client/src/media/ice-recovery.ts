import type { Clock } from '@canopy/runtime/clock';
import type { MediaState } from './media-session.ts';

/** A first connection takes a few round trips; so long after, UDP and TCP both have had their chance. */
const connectMs = 3_000;
/** A hiccup often heals by itself; a dead path never does. */
const graceMs = 1_000;
const periodMs = 4_000;
const maxRestarts = 3;

export interface IceRecoveryOptions {
  clock: Clock;
  /** Asks for new ICE parameters and applies them. Failing is fine: it is tried again. */
  restart: () => void;
  /** Nothing gets through to this edge, whether it ever did or not: another one may be better. */
  suspect: () => void;
  /** Restarts don't help: the edge itself must be out of reach. */
  giveUp: () => void;
}

/** Brings media back after it was interrupted: ICE restarts first (RFC 8445 §9), then another edge, then the advice to start over. */
export class IceRecovery {
  readonly #options: IceRecoveryOptions;
  #restarts = 0;
  #cancel: (() => void) | null = null;

  constructor(options: IceRecoveryOptions) {
    this.#options = options;
  }

  update(state: MediaState): void {
    if (state === 'interrupted') this.#plan(graceMs);
    else if (state === 'connecting') this.#cancel ??= this.#options.clock.after(connectMs, () => this.#unconnected());
    else if (state === 'connected') this.stop();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#restarts = 0;
  }

  #unconnected(): void {
    this.#cancel = null;
    this.#options.suspect();
    this.#plan(periodMs);
  }

  #plan(delayMs: number): void {
    this.#cancel ??= this.#options.clock.after(delayMs, () => {
      this.#cancel = null;
      if (this.#restarts === maxRestarts) {
        this.stop();
        this.#options.giveUp();
        return;
      }
      this.#restarts++;
      if (this.#restarts > 1) this.#options.suspect();
      this.#options.restart();
      this.#plan(periodMs);
    });
  }
}
