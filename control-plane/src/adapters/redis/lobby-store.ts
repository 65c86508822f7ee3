import type { WaitingPerson } from '@canopy/proto/moderation';
import { CanopyError } from '@canopy/runtime/errors';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { LobbyStore } from '../../app/entry/ports.ts';
import { onRedis } from './connection.ts';
import { lobbyKeys } from './keys.ts';
import { type OtherScriptName, runScript } from './scripts.ts';

/** People in one lobby at most. */
const mostWaiting = 500;
const keptForSeconds = 2 * 60 * 60;

const ids = z.array(z.string());
const waitingPerson = z.object({
  participantId: z.string(),
  name: z.string(),
  sinceMs: z.number(),
  fromBannedNetwork: z.boolean(),
});

/** Lobbies in Redis. */
export class RedisLobbyStore implements LobbyStore {
  readonly #redis: Redis;
  readonly #namespace: string;

  constructor(redis: Redis, namespace: string) {
    this.#redis = redis;
    this.#namespace = namespace;
  }

  async enter(meetingId: string, person: WaitingPerson, leaseMs: number): Promise<boolean> {
    const args = [person.participantId, JSON.stringify({ ...person, untold: true }), leaseMs, mostWaiting];
    const reply = await this.#run('lobby_enter', meetingId, args);
    if (reply === -1) throw new CanopyError('LOBBY_FULL');
    return reply === 1;
  }

  async told(meetingId: string, person: WaitingPerson): Promise<void> {
    await this.#run('lobby_told', meetingId, [person.participantId, JSON.stringify(person)]);
  }

  async renew(meetingId: string, participantIds: readonly string[], leaseMs: number): Promise<readonly string[]> {
    return ids.parse(await this.#run('lobby_renew', meetingId, [leaseMs, ...participantIds]));
  }

  async purge(meetingId: string): Promise<readonly string[]> {
    return ids.parse(await this.#run('lobby_purge', meetingId, []));
  }

  async list(meetingId: string): Promise<readonly WaitingPerson[]> {
    const people = await onRedis(() => this.#redis.hvals(this.#keys(meetingId).waiting));
    return people.map((json) => waitingPerson.parse(JSON.parse(json))).sort((a, b) => a.sinceMs - b.sinceMs);
  }

  async take(meetingId: string, participantIds: readonly string[], admitted: boolean): Promise<readonly string[]> {
    const { waiting, deadlines } = this.#keys(meetingId);
    const taken: string[] = [];
    for (const id of participantIds) {
      // Before it leaves the lobby: whoever looks meanwhile finds it in one of the two.
      const wasThere = await onRedis(() => this.#redis.hexists(waiting, id));
      if (wasThere === 0) continue;
      if (admitted) await this.#admit(meetingId, id);
      await onRedis(() => this.#redis.zrem(deadlines, id));
      if ((await onRedis(() => this.#redis.hdel(waiting, id))) > 0) taken.push(id);
    }
    return taken;
  }

  async isAdmitted(meetingId: string, participantId: string): Promise<boolean> {
    return (await onRedis(() => this.#redis.sismember(this.#keys(meetingId).admitted, participantId))) === 1;
  }

  async unadmit(meetingId: string, participantId: string): Promise<void> {
    await onRedis(() => this.#redis.srem(this.#keys(meetingId).admitted, participantId));
  }

  async text(meetingId: string): Promise<string> {
    return (await onRedis(() => this.#redis.get(this.#keys(meetingId).text))) ?? '';
  }

  async setText(meetingId: string, text: string): Promise<void> {
    await onRedis(() => this.#redis.set(this.#keys(meetingId).text, text, 'EX', keptForSeconds));
  }

  async #admit(meetingId: string, participantId: string): Promise<void> {
    const { admitted } = this.#keys(meetingId);
    await onRedis(() => this.#redis.sadd(admitted, participantId));
    await onRedis(() => this.#redis.expire(admitted, keptForSeconds));
  }

  #run(name: OtherScriptName, meetingId: string, args: readonly (string | number)[]): Promise<unknown> {
    const { waiting, deadlines } = this.#keys(meetingId);
    return runScript(this.#redis, name, { waiting, deadlines }, args);
  }

  #keys(meetingId: string) {
    return lobbyKeys(this.#namespace, meetingId);
  }
}
