import type { Redis } from 'ioredis';
import type { PlanLease, PlanStore } from '../../app/planning/ports.ts';
import type { MeetingPlan } from '../../core/routing/meeting-plan.ts';
import { readPlan, writePlan } from '../../core/routing/plan-document.ts';
import { onRedis } from './connection.ts';
import { type MeetingKeys, meetingKeys } from './keys.ts';
import { runScript, type ScriptName } from './scripts.ts';

/** Plans and the leases under which they are made, in Redis. */
export class RedisPlanStore implements PlanStore, PlanLease {
  readonly #redis: Redis;
  readonly #namespace: string;

  constructor(redis: Redis, namespace: string) {
    this.#redis = redis;
    this.#namespace = namespace;
  }

  async load(meetingId: string): Promise<MeetingPlan | undefined> {
    const document = await onRedis(() => this.#redis.hget(this.#keys(meetingId).plan, 'document'));
    return document === null ? undefined : readPlan(document);
  }

  async store(plan: MeetingPlan, leaseToken: string): Promise<boolean> {
    return (await this.#run('set_plan', plan.meetingId, [leaseToken, plan.epoch, writePlan(plan)])) === 1;
  }

  async acquire(meetingId: string, token: string, leaseMs: number): Promise<boolean> {
    return (await onRedis(() => this.#redis.set(this.#keys(meetingId).lease, token, 'PX', leaseMs, 'NX'))) === 'OK';
  }

  async renew(meetingId: string, token: string, leaseMs: number): Promise<boolean> {
    return (await this.#run('renew_lease', meetingId, [token, leaseMs])) === 1;
  }

  async release(meetingId: string, token: string): Promise<void> {
    await this.#run('release_lease', meetingId, [token]);
  }

  #run(name: ScriptName, meetingId: string, args: readonly (string | number)[]): Promise<unknown> {
    return runScript(this.#redis, name, this.#keys(meetingId), args);
  }

  #keys(meetingId: string): MeetingKeys {
    return meetingKeys(this.#namespace, meetingId);
  }
}
