import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { root } from '../setup/paths.mjs';
import { buildPackage } from './package.mjs';

/** Inside of the repository, where the packages it needs are found. */
const folder = join(root, 'client', 'dist', 'test', 'node_modules', '@canopy', 'client');

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  buildPackage(folder);
}, 60_000);

test('the packed SDK needs nothing that it does not name', () => {
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const modules = globSync('**/*.{js,d.ts}', { cwd: folder });
  const named = modules.flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/^(?:import|export) .*?from ['"]([^'"]+)['"]/gm)].map(
      ([, specifier = '']) => specifier,
    ),
  );
  const packages = named.filter((specifier) => !specifier.startsWith('.'));
  const roots = packages.map((specifier) =>
    specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/'),
  );
  expect([...new Set(roots)].sort()).toEqual(Object.keys(dependencies).sort());
  expect(named.filter((specifier) => specifier.startsWith('.') && !specifier.endsWith('.js'))).toEqual([]);
});

test('a program in Node can use the REST part of the packed SDK', async () => {
  const { Api, CanopyError } = await import(pathToFileURL(join(folder, 'client', 'src', 'rest-api.js')).href);
  const error: unknown = await new Api({ url: 'http://127.0.0.1:9' }).getConfig().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CanopyError);
});

test('a program in TypeScript finds the types of the packed SDK', () => {
  const program = join(folder, '..', '..', '..');
  // A package of its own: within the SDK's, its name is that of the sources.
  writeFileSync(join(program, 'package.json'), '{}');
  writeFileSync(join(program, 'quickstart.ts'), readFileSync(join(root, 'client', 'examples', 'quickstart.ts')));
  const options = ['--noEmit', '--strict', '--module', 'esnext', '--moduleResolution', 'bundler', '--target', 'es2022'];
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  const { stdout, stderr } = spawnSync(tsc, [...options, '--ignoreConfig', 'quickstart.ts'], {
    cwd: program,
    encoding: 'utf8',
  });
  expect([stdout, stderr]).toEqual(['', '']);
});
