import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { KeptNetwork, RttStore } from '../../app/edges/rtt-keeping.ts';
import { longestRttMs, mostRemembered } from '../../core/placement/measured-rtt.ts';
import { onRedis } from './connection.ts';
import { rttKeys } from './keys.ts';
import { runScript } from './scripts.ts';

export interface RttStoreOptions {
  /** Those written longest ago go first. */
  mostNetworks: number;
  /** After that a measurement says nothing any more. */
  keptForMs: number;
}

const defaults: RttStoreOptions = { mostNetworks: mostRemembered, keptForMs: 2 * 60 * 60_000 };
const networksAtOnce = 1_000;

/** Edge, ms, weight. */
const rttsDocument = z.array(z.tuple([z.string(), z.number().positive().max(longestRttMs), z.number().positive()]));

/** What clients of networks measured, in Redis: for replicas that start. */
export class RedisRttStore implements RttStore {
  readonly #redis: Redis;
  readonly #keys: ReturnType<typeof rttKeys>;
  readonly #options: RttStoreOptions;

  constructor(redis: Redis, namespace: string, options: Partial<RttStoreOptions> = {}) {
    this.#redis = redis;
    this.#keys = rttKeys(namespace);
    this.#options = { ...defaults, ...options };
  }

  async keep(networks: readonly KeptNetwork[]): Promise<void> {
    const documents = networks.flatMap(({ network, rtts }) => [network, documentOf(rtts)]);
    await runScript(this.#redis, 'keep_rtts', this.#keys, [
      this.#options.mostNetworks,
      this.#options.keptForMs,
      ...documents,
    ]);
  }

  async *recall(): AsyncIterable<readonly (KeptNetwork & { agoMs: number })[]> {
    const [seconds, microseconds] = await onRedis(() => this.#redis.time());
    const nowMs = Number(seconds) * 1_000 + Number(microseconds) / 1_000;
    for (let from = 0; ; from += networksAtOnce) {
      const page = await onRedis(() =>
        this.#redis.zrange(this.#keys.times, from, `${from + networksAtOnce - 1}`, 'WITHSCORES'),
      );
      if (page.length === 0) return;
      const names = page.filter((_, index) => index % 2 === 0);
      const documents = await onRedis(() => this.#redis.hmget(this.#keys.networks, ...names));
      yield names.flatMap((network, index) => {
        const agoMs = Math.max(0, nowMs - Number(page[2 * index + 1]));
        const json = documents[index] ?? null;
        const rtts = json === null || agoMs > this.#options.keptForMs ? undefined : readRtts(json);
        return rtts === undefined ? [] : [{ network, rtts, agoMs }];
      });
    }
  }
}

function documentOf(rtts: KeptNetwork['rtts']): string {
  return JSON.stringify(rtts.map(({ edgeId, rttMs, weight }) => [edgeId, rounded(rttMs), rounded(weight)]));
}

/** Undefined for what is none: one that somebody wrote otherwise does not keep the others from being known. */
function readRtts(json: string): KeptNetwork['rtts'] | undefined {
  const { data } = rttsDocument.safeParse(parsed(json));
  return data?.map(([edgeId, rttMs, weight]) => ({ edgeId, rttMs, weight }));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
