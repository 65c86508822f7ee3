import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Advised, advisoryOn } from '@canopy/runtime/advisories';
import { findProgram } from '../../../scripts/setup/programs.mjs';

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
  return found.flatMap((advisory) => {
    if (advisory === undefined) return [];
    const { name, version, firstWithout } = advisory;
    const wanted = `deploy ${firstWithout} or newer`;
    return [`${name} ${version} has known security advisories: it will do on this machine; ${wanted}.`];
  });
}
