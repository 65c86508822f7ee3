import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { projectFolder } from '../project.ts';

const run = promisify(execFile);
const locked = z.object({
  version: z.string().optional(),
  integrity: z.string().optional(),
  link: z.boolean().optional(),
});
const lockfile = z.object({ packages: z.record(z.string(), locked) });
const packed = z.tuple([z.object({ filename: z.string(), integrity: z.string() })]);

/** By the path that they are installed at. */
type Packages = Map<string, z.output<typeof locked>>;

/** Our own are in workspaces, and in each version others. */
const own = '@canopy';
const here = join(projectFolder, 'node_modules');

/**
 * Gives another version, in `folder`, its packages. Those that are here serve both, with the media worker among them;
 * what only the other one needs is fetched. Where the two need different versions of a package, it gets all its own.
 */
export async function installPackages(folder: string): Promise<void> {
  const [wanted, installed] = await Promise.all([packagesOf(folder), packagesOf(projectFolder)]);
  const missing = [...wanted].filter(([path, { version }]) => installed.get(path)?.version !== version);
  if (missing.every(([path]) => isTopmost(path) && !installed.has(path))) {
    await linkPackages(folder);
    for (const [path, { version, integrity }] of missing)
      await fetchPackage(join(folder, path), `${nameAt(path)}@${version}`, integrity);
    return;
  }
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: folder });
  const mediasoup = join('node_modules', 'mediasoup');
  if (wanted.get(mediasoup)?.version === installed.get(mediasoup)?.version) await linkWorker(folder);
}

/** Without our own workspaces. */
async function packagesOf(folder: string): Promise<Packages> {
  const { packages } = lockfile.parse(JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8')));
  return new Map(
    Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && link !== true),
  );
}

/** The name of a package that every workspace finds. */
const nameAt = (path: string) => path.replace(/^node_modules\//, '');
const isTopmost = (path: string) => /^(@[^/]+\/)?[^/]+$/.test(nameAt(path));

/** Links to the packages that are installed here, but for our own, which are those of the other version. */
async function linkPackages(folder: string): Promise<void> {
  const there = join(folder, 'node_modules');
  for (const name of await namesIn(here)) {
    if (name.startsWith(`${own}/`)) continue;
    await mkdir(dirname(join(there, name)), { recursive: true });
    await symlink(join(here, name), join(there, name));
  }
  await mkdir(join(there, own));
  for (const name of await readdir(join(here, own))) {
    if (!existsSync(join(folder, name))) continue;
    await symlink(join(folder, name), join(there, own, name));
    const nested = join(projectFolder, name, 'node_modules');
    if (existsSync(nested)) await symlink(nested, join(folder, name, 'node_modules'));
  }
}

/** What is in `node_modules`, each of a scope by itself: others may join it there. */
async function namesIn(modules: string): Promise<string[]> {
  const names: string[] = [];
  for (const name of await readdir(modules)) {
    if (!name.startsWith('@')) names.push(name);
    else for (const scoped of await readdir(join(modules, name))) names.push(`${name}/${scoped}`);
  }
  return names;
}

/** Unpacks one package, of which nothing is run. Rejects if it is not what was locked. */
async function fetchPackage(folder: string, spec: string, integrity: string | undefined): Promise<void> {
  const downloads = await mkdtemp(join(tmpdir(), 'canopy-package-'));
  try {
    const { stdout } = await run('npm', ['pack', '--json', '--prefer-offline', spec], { cwd: downloads });
    const [got] = packed.parse(JSON.parse(stdout));
    if (got.integrity !== integrity) throw new Error(`${spec} is not the package that was locked`);
    await mkdir(folder, { recursive: true });
    await run('tar', ['-xzf', join(downloads, got.filename), '-C', folder, '--strip-components=1']);
  } finally {
    await rm(downloads, { recursive: true });
  }
}

/** The set-up puts our worker where only our mediasoup finds it. */
async function linkWorker(folder: string): Promise<void> {
  const worker = join('mediasoup', 'worker', 'out');
  if (existsSync(join(here, worker))) await symlink(join(here, worker), join(folder, 'node_modules', worker));
}
