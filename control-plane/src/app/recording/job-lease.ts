import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import { leaseMs } from '../../core/recording/composition.ts';

const renewEveryMs = 5_000;
/** Let go of so long before somebody else may take it. */
const marginMs = 3_000;

export interface JobLeaseOptions {
  /** Unix ms: when the job was asked for. */
  since: number;
  /** False: it is ours no longer. */
  renew(progress: number): Promise<boolean>;
  clock: Clock;
  logger: Logger;
}

/**
 * A job that this process has, as long as it says so again and again. A database that does not answer takes nothing from us: the
 * job is lost when it says so, or when it has not been reached for so long that another process may have it.
 */
export class JobLease implements Disposable {
  readonly #options: JobLeaseOptions;
  readonly #lost = new AbortController();
  readonly #owned = new DisposableStack();
  #renewedAt = 0;
  #progress = 0;
  #cancelEnd: () => void = () => undefined;

  constructor(options: JobLeaseOptions) {
    this.#options = options;
    this.#holdSince(options.since);
    this.#owned.defer(options.clock.every(renewEveryMs, () => void this.#renew()));
    this.#owned.defer(() => this.#cancelEnd());
  }

  /** Aborts when it is ours no longer, or may be somebody else's. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** 0 to 1, as last told. */
  get progress(): number {
    return this.#progress;
  }

  /** Tells how far it is, as soon as that is possible. */
  async progressed(progress: number): Promise<void> {
    this.#progress = progress;
    await this.#renew();
  }

  /** Renews it no more. */
  [Symbol.dispose](): void {
    this.#owned.dispose();
  }

  async #renew(): Promise<void> {
    const { clock, logger } = this.#options;
    // It counts from some moment between the question and the answer.
    const askedAt = clock.now();
    try {
      if (await this.#options.renew(this.#progress)) this.#holdSince(askedAt);
      else this.#lost.abort();
    } catch (error) {
      logger.warn({ err: error }, 'the lease of a job is renewed later');
    }
  }

  #holdSince(moment: number): void {
    // An answer may be late, and come after that to a later question.
    if (this.#owned.disposed || moment < this.#renewedAt) return;
    this.#renewedAt = moment;
    this.#cancelEnd();
    const { clock } = this.#options;
    this.#cancelEnd = clock.after(moment + leaseMs - marginMs - clock.now(), () => this.#lost.abort());
  }
}
