import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findProgram } from '../../../scripts/setup/programs.mjs';

/** Programs of which distributions have versions with known security advisories, and the first without. */
const advised = {
  'nats-server': { name: 'NATS', firstWithout: '2.12.7' },
  turnserver: { name: 'coturn', firstWithout: '4.9.0' },
} as const;

export type Advised = keyof typeof advised;

/** What is to be told of the version that a program says it is; undefined: nothing. */
export function advisoryOn(program: Advised, says: string): string | undefined {
  const { name, firstWithout } = advised[program];
  const version = /\d+\.\d+\.\d+/.exec(says)?.[0];
  if (version === undefined || !isOlder(version, firstWithout)) return undefined;
  return `${name} ${version} has known security advisories: it will do on this machine; deploy ${firstWithout} or newer.`;
}

/** What is to be told of the programs that are installed here. */
export async function advisories(programs: readonly Advised[]): Promise<string[]> {
  const found = await Promise.all(
    programs.map(async (program) => {
      const path = findProgram(program, process.env);
      if (path === undefined) return undefined;
      const { stdout } = await promisify(execFile)(path, ['--version']);
      return advisoryOn(program, stdout);
    }),
  );
  return found.filter((text) => text !== undefined);
}

function isOlder(version: string, other: string): boolean {
  return version.localeCompare(other, 'en', { numeric: true }) < 0;
}
