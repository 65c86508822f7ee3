import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
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

/** What each module, and each file of types, imports or passes on. */
function namedByModules(): { file: string; specifier: string }[] {
  return globSync('**/*.{js,d.ts}', { cwd: folder }).flatMap((file) => {
    const code = readFileSync(join(folder, file), 'utf8');
    const found = code.matchAll(/^(?:import|export) [^;]*?from ['"]([^'"]+)['"]/gm);
    return [...found].map(([, specifier = '']) => ({ file, specifier }));
  });
}

test('the packed SDK needs nothing that it does not name', () => {
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const named = namedByModules().map(({ specifier }) => specifier);
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

test('every module that another one of the packed SDK names is there, and so are its types', () => {
  const own = namedByModules().filter(({ specifier }) => specifier.startsWith('.'));
  const files = own.flatMap(({ file, specifier }) => {
    const module = join(folder, dirname(file), specifier);
    return file.endsWith('.d.ts') ? [module.replace(/\.js$/, '.d.ts')] : [module];
  });
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((file) => !existsSync(file))).toEqual([]);
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
