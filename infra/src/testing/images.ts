import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../../scripts/setup/paths.mjs';

/** Where the Dockerfile and the compose file are, with what they need. */
export const docker = join(root, 'infra', 'docker');

export const dockerfile = readFileSync(join(docker, 'Dockerfile'), 'utf8');

/** The lines of one stage. */
export function stage(name: string): string {
  const found = dockerfile.split(/^(?=FROM )/m).find((part) => part.split('\n')[0]?.endsWith(` AS ${name}`));
  if (found === undefined) throw new Error(`no stage ${name}`);
  return found;
}

/** Whether Docker asks an image whether it is well: HEALTHCHECK NONE is none. */
export function asksItself(name: string): boolean {
  return /^HEALTHCHECK (--\S+ )*CMD \[/m.test(stage(name));
}

/** The settings that an image brings with it. */
export function settingsOf(name: string): Record<string, string> {
  const set = stage(name).matchAll(/\b((?:CONTROL|EDGE|COMPOSITOR)_\w+)=(\S+)/g);
  return Object.fromEntries([...set].map(([, key = '', value = '']) => [key, value]));
}

/** Made by the build: a clone may be without. */
const made = ['web/dist', 'node_modules/mediasoup/worker/out/Release/mediasoup-worker'];

/** What is copied out of the tree as it is cloned: from where to where. */
export function copiedBy(lines: string): [from: string, to: string][] {
  const copies = [...lines.matchAll(/^COPY --from=build \/opt\/canopy\/(\S+) (\S+)$/gm)];
  return copies.map(([, from = '', to = '']): [string, string] => [from, to]).filter(([from]) => !made.includes(from));
}
