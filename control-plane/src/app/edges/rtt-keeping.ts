import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import { type MeasuredRtts, mostRemembered, type WeighedRtt } from '../../core/placement/measured-rtt.ts';

/** What is remembered of a network; no address is kept. */
export interface KeptNetwork {
  network: string;
  rtts: readonly WeighedRtt[];
}

/** Where it outlives the replicas, for some time. Errors: STATE_UNAVAILABLE. */
export interface RttStore {
  /** Takes the place of what was kept of these networks, at most a thousand. What is too old is forgotten, also if there are none. */
  keep(networks: readonly KeptNetwork[]): Promise<void>;
  /** In parts, from what was written longest ago on. */
  recall(): AsyncIterable<readonly (KeptNetwork & { agoMs: number })[]>;
}

export interface RttKeepingDeps {
  store: RttStore;
  measured: Pick<MeasuredRtts, 'samples' | 'restore'>;
  clock: Clock;
  logger: Logger;
}

const writeEveryMs = 5_000;
const mostAtOnce = 1_000;

/**
 * Keeps what clients measured for replicas that start. Each replica writes of the networks whose clients joined there, with what
 * it heard of them from others. Nothing waits for the store, neither whoever joins nor the start of a replica, and while it is
 * away nothing is lost here.
 */
export class RttKeeping implements AsyncDisposable {
  readonly #deps: RttKeepingDeps;
  /** Networks of which something was learnt since they were written. */
  readonly #waiting = new Set<string>();
  #stop = () => {};
  #ended = false;
  #recalling: Promise<void> | undefined;
  #writing: Promise<void> | undefined;

  constructor(deps: RttKeepingDeps) {
    this.#deps = deps;
  }

  /** Somebody in this network measured. */
  learnt(network: string): void {
    if (this.#waiting.size < mostRemembered) this.#waiting.add(network);
  }

  /** Takes up what is kept, and writes again and again, until it is disposed: then once more. */
  run(): void {
    this.#recalling = this.#recall();
    this.#stop = this.#deps.clock.every(writeEveryMs, () => void this.#write());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    this.#stop();
    await Promise.all([this.#recalling, this.#writing]);
    await this.#write();
  }

  /** What was learnt meanwhile is newer, and stays. Never fails: without it places say how far somebody is from edges. */
  async #recall(): Promise<void> {
    const { store, measured, clock, logger } = this.#deps;
    try {
      for await (const part of store.recall()) {
        if (this.#ended) return;
        const now = clock.now();
        for (const { network, rtts, agoMs } of part) measured.restore(network, rtts, now - agoMs);
      }
    } catch (error) {
      logger.warn({ err: error }, 'round trips that were measured before could not be recalled');
    }
  }

  /** Never fails. One that takes longer than until the next is not joined by it. */
  #write(): Promise<void> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #writeAll(): Promise<void> {
    let left = [...this.#waiting];
    // What is learnt of one while it is written is written the next time.
    this.#waiting.clear();
    try {
      do {
        await this.#deps.store.keep(left.slice(0, mostAtOnce).flatMap((network) => this.#known(network)));
        left = left.slice(mostAtOnce);
      } while (left.length > 0);
    } catch (error) {
      for (const network of left) this.learnt(network);
      this.#deps.logger.debug({ err: error }, 'round trips that were measured could not be kept yet');
    }
  }

  #known(network: string): KeptNetwork[] {
    const rtts = this.#deps.measured.samples(network, this.#deps.clock.now());
    return rtts.length === 0 ? [] : [{ network, rtts }];
  }
}
