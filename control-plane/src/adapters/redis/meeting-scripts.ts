import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Change } from '../../core/meeting/state.ts';
import { type MeetingKeys, meetingKeys } from './keys.ts';
import { appendedReply, readAppended } from './replies.ts';
import { runScript, type ScriptName } from './scripts.ts';

const changeReply = z.tuple([z.string(), appendedReply]);

/** A meeting's keys, and the scripts that read and change them. */
export class MeetingScripts {
  readonly #redis: Redis;
  readonly #namespace: string;

  constructor(redis: Redis, namespace: string) {
    this.#redis = redis;
    this.#namespace = namespace;
  }

  keys(meetingId: string): MeetingKeys {
    return meetingKeys(this.#namespace, meetingId);
  }

  run(name: ScriptName, meetingId: string, args: readonly (string | number | Buffer)[]): Promise<unknown> {
    return runScript(this.#redis, name, this.keys(meetingId), args);
  }

  /** Runs one that answers with the events it appended. */
  async change(name: ScriptName, meetingId: string, args: readonly (string | number)[]): Promise<Change> {
    const [generation, appended] = changeReply.parse(await this.run(name, meetingId, args));
    return { events: readAppended(generation, appended) };
  }
}
