import type { Redis } from 'ioredis';
import { z } from 'zod';
import { onRedis } from './connection.ts';
import { sweepKeys } from './keys.ts';
import { runScript } from './scripts.ts';

export interface SweepOptions {
  namespace: string;
  /** A participant without a connection leaves after this long. */
  graceMs: number;
  /** A live meeting is swept this often. */
  sweepEveryMs: number;
  /** When nobody swept for so long, participants had no way to stay present: all of them get their grace time. */
  sweepLapseMs: number;
}

/** Meetings that somebody is in, by the time they are swept next. Errors: STATE_UNAVAILABLE. */
export class Sweeps {
  readonly #redis: Redis;
  readonly #options: SweepOptions;

  constructor(redis: Redis, options: SweepOptions) {
    this.#redis = redis;
    this.#options = options;
  }

  list(): Promise<readonly string[]> {
    return onRedis(() => this.#redis.zrange(this.#live, '0', '-1'));
  }

  /** Somebody has come: asked in one write with that, and after it, so that whoever found nobody yet sees it. */
  async schedule(meetingId: string): Promise<void> {
    await runScript(this.#redis, 'schedule', { live: this.#live }, [meetingId, this.#options.sweepEveryMs]);
  }

  /** Those that are due, at most `limit`; each is due again in a while. */
  async take(limit: number): Promise<readonly string[]> {
    const { namespace, sweepEveryMs, sweepLapseMs, graceMs } = this.#options;
    const args = [limit, sweepEveryMs, sweepLapseMs, graceMs];
    return z.array(z.string()).parse(await runScript(this.#redis, 'take_due', sweepKeys(namespace), args));
  }

  /** When it is swept next, as Redis says it; null: it is not among them. */
  dueAt(meetingId: string): Promise<string | null> {
    return onRedis(() => this.#redis.zscore(this.#live, meetingId));
  }

  /** It was found empty after this was read of it: it is none of them any more, unless somebody has come since. */
  async forget(meetingId: string, dueAt: string): Promise<void> {
    await runScript(this.#redis, 'unschedule', { live: this.#live }, [meetingId, dueAt]);
  }

  get #live(): string {
    return sweepKeys(this.#options.namespace).live;
  }
}
