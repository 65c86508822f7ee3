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
  'withdraw',
  'sweep',
  'publish',
  'unpublish',
  'set_muted',
  'announce_tracks',
  'end',
  'snapshot',
  'usage',
  'since',
  'attendees',
  'restore',
  'begin_move',
  'end_move',
  'move_track',
  'keep_warm',
  'replace_warm',
  'set_profile',
  'set_role',
  'rename',
  'keep_role',
  'keep_name',
  'set_recording',
  'describe',
  'tell',
  'raise_hand',
  'lower_hand',
  'set_plan',
  'renew_lease',
  'release_lease',
] as const;

/** Scripts on other keys than a meeting's. */
const otherScriptNames = [
  'schedule',
  'unschedule',
  'take_due',
  'lobby_enter',
  'lobby_told',
  'lobby_renew',
  'lobby_purge',
  'keep_rtts',
  'end_own_drain',
] as const;

export type ScriptName = (typeof scriptNames)[number];
export type OtherScriptName = (typeof otherScriptNames)[number];

interface Script {
  text: string;
  sha1: string;
}

const read = (file: string) => readFileSync(new URL(`./scripts/${file}.lua`, import.meta.url), 'utf8');
const prelude = read('prelude');
const scripts = new Map<ScriptName | OtherScriptName, Script>([
  ...scriptNames.map((name) => [name, script(`${prelude}\n${read(name)}`)] as const),
  ...otherScriptNames.map((name) => [name, script(read(name))] as const),
]);

function script(text: string): Script {
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}

/** Runs a script: what it changes, events included, happens together or not at all. */
export function runScript(
  redis: Redis,
  name: ScriptName | OtherScriptName,
  named:
    | MeetingKeys
    | { live: string; sweeps?: string }
    | { waiting: string; deadlines: string }
    | { networks: string; times: string }
    | { drains: string; moved: string },
  args: readonly (string | number | Buffer)[],
): Promise<unknown> {
  const known = scripts.get(name);
  if (known === undefined) throw new Error(`no script ${name}`);
  const keys = Object.values(named);
  return onRedis(async () => {
    try {
      return await redis.evalsha(known.sha1, keys.length, ...keys, ...args);
    } catch (error) {
      // A Redis that restarted, or never ran it, does not know the script yet.
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return await redis.eval(known.text, keys.length, ...keys, ...args);
    }
  });
}
