import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { onRedis } from './connection.ts';
import type { MeetingKeys } from './keys.ts';

const scriptNames = [
  'join',
  'resume',
  'disconnect',
  'renew',
  'leave',
  'sweep',
  'publish',
  'unpublish',
  'set_muted',
  'announce_tracks',
  'end',
  'snapshot',
  'since',
  'restore',
  'set_plan',
  'renew_lease',
  'release_lease',
] as const;

export type ScriptName = (typeof scriptNames)[number];

interface Script {
  text: string;
  sha1: string;
}

const read = (file: string) => readFileSync(new URL(`./scripts/${file}.lua`, import.meta.url), 'utf8');
const prelude = read('prelude');
const scripts = new Map<ScriptName, Script>(
  scriptNames.map((name) => {
    const text = `${prelude}\n${read(name)}`;
    return [name, { text, sha1: createHash('sha1').update(text).digest('hex') }];
  }),
);

/** Runs one of the meeting scripts: a change and its events happen together or not at all. */
export function runScript(
  redis: Redis,
  name: ScriptName,
  meeting: MeetingKeys,
  args: readonly (string | number)[],
): Promise<unknown> {
  const script = scripts.get(name);
  if (script === undefined) throw new Error(`no script ${name}`);
  const keys = Object.values(meeting);
  return onRedis(async () => {
    try {
      return await redis.evalsha(script.sha1, keys.length, ...keys, ...args);
    } catch (error) {
      // A Redis that restarted, or never ran it, does not know the script yet.
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return await redis.eval(script.text, keys.length, ...keys, ...args);
    }
  });
}
