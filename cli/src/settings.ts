import { readFileSync } from 'node:fs';
import { Api } from '@canopy/client/api';
import type { Command } from 'commander';
import { UsageError } from './failure.ts';

/** What every command goes by. */
export interface Settings {
  api: Api;
  url: string;
  apiKey: string | undefined;
  /** For scripts: JSON in place of tables. */
  json: boolean;
  env: NodeJS.ProcessEnv;
}

interface GlobalOptions {
  url: string;
  apiKeyFile?: string;
  json?: true;
}

/** Flags first, then the environment. A key never stands on the command line, where others would see it. */
export function readSettings(command: Command, env: NodeJS.ProcessEnv): Settings {
  const { url, apiKeyFile, json } = command.optsWithGlobals<GlobalOptions>();
  if (!/^https?:\/\/[^/]/.test(url)) throw new UsageError(`"${url}" is no address like https://meet.example.org.`);
  const apiKey = apiKeyFile === undefined ? env.CANOPY_API_KEY || undefined : readKey(apiKeyFile);
  if (apiKey !== undefined && !/^[\w-]+\.[\w~+/=-]+$/.test(apiKey))
    throw new UsageError('The API key must look like <id>.<secret>.');
  const api = new Api(apiKey === undefined ? { url } : { url, apiKey });
  return { api, url, apiKey, json: json ?? false, env };
}

/** Where the API key is found; undefined: there is none. */
export function keyPlace(program: Command, env: NodeJS.ProcessEnv): string | undefined {
  return program.opts<GlobalOptions>().apiKeyFile ?? (env.CANOPY_API_KEY ? 'CANOPY_API_KEY' : undefined);
}

function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new UsageError(`The file ${file} with the API key can't be read.`, { cause });
  }
}
