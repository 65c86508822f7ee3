import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { versionOf } from '@canopy/runtime/protocol';
import { z } from 'zod';
import pinned from '../../upgrade-from.json' with { type: 'json' };
import { projectFolder } from '../project.ts';

const run = promisify(execFile);
const lockfile = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional(), link: z.boolean().optional() })),
});

/** True when `CANOPY_SKIP_PREVIOUS=1` leaves out what runs the version before; says so. */
export function previousVersionLeftOut(): boolean {
  const leftOut = process.env.CANOPY_SKIP_PREVIOUS === '1';
  if (leftOut) console.warn('CANOPY_SKIP_PREVIOUS=1: tests beside the version before are left out');
  return leftOut;
}

/** Below it each version that was made ready, by its commit and the packages that it may share with what is here. */
const home = join(projectFolder, '.local-mesh', 'previous');
/** Says in such a folder that nothing is missing. */
const whole = '.whole';

/** A version of `upgrade-from.json`, ready to run, in a folder of its own: getting its packages takes a while, so it stays for other tests. */
export class PreviousVersion {
  readonly folder: string;

  /** The version before. Rejects with a sentence that says what is missing. */
  static checkOut(): Promise<PreviousVersion> {
    return PreviousVersion.#of(pinned.commit);
  }

  /** The last version that speaks the protocol before ours, maybe many releases ago. Rejects the same way. */
  static checkOutProtocolBefore(): Promise<PreviousVersion> {
    return PreviousVersion.#of(pinned.protocolBefore);
  }

  static async #of(commit: string): Promise<PreviousVersion> {
    const packages = await readFile(join(projectFolder, 'package-lock.json'));
    const suffix = createHash('sha256').update(packages).digest('hex').slice(0, 12);
    const folderOf = (one: string) => join(home, `${one}-${suffix}`);
    const folder = folderOf(commit);
    if (!existsSync(join(folder, whole))) {
      await forgetAllBut([pinned.commit, pinned.protocolBefore].map(folderOf));
      await makeReady(commit, folder);
    }
    return new PreviousVersion(folder);
  }

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** What Node runs. */
  mainOf(workspace: 'control-plane' | 'edge-node'): string {
    return join(this.folder, workspace, 'src', 'main.ts');
  }

  /** A module of it. */
  load(...path: readonly string[]): Promise<unknown> {
    return import(join(this.folder, ...path));
  }

  /** The version of the protocol that it speaks. */
  async protocol(): Promise<number> {
    const path = ['runtime', 'src', 'protocol.ts'];
    if (!existsSync(join(this.folder, ...path))) return versionOf(undefined);
    return z.object({ protocolVersion: z.number() }).parse(await this.load(...path)).protocolVersion;
  }
}

async function forgetAllBut(folders: readonly string[]): Promise<void> {
  await mkdir(home, { recursive: true });
  const there = (await readdir(home)).map((name) => join(home, name));
  for (const folder of there) if (!folders.includes(folder)) await rm(folder, { recursive: true, force: true });
}

async function makeReady(commit: string, folder: string): Promise<void> {
  await requireCommit(commit);
  // What an attempt that was broken off left behind.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await unpack(commit, folder);
  await installPackages(folder);
  const programs = join(projectFolder, 'node_modules', '.bin');
  const env = { ...process.env, PATH: `${programs}:${process.env.PATH}` };
  await run('buf', ['generate'], { cwd: join(folder, 'proto'), env });
  await writeFile(join(folder, whole), '');
}

const git = (...args: string[]) => run('git', args, { cwd: projectFolder });

async function requireCommit(commit: string): Promise<void> {
  const isHere = () =>
    git('cat-file', '-e', `${commit}^{commit}`).then(
      () => true,
      () => false,
    );
  if (await isHere()) return;
  // A shallow clone may be able to get this one commit.
  const cause = await git('fetch', '--quiet', '--depth=1', 'origin', commit).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (await isHere()) return;
  throw new Error(
    `Upgrades are tested against commit ${commit} (local-mesh/upgrade-from.json), which this copy of the repository does not have and can not fetch: clone it with its history (git fetch --unshallow), or leave these tests out (CANOPY_SKIP_PREVIOUS=1).`,
    { cause },
  );
}

async function unpack(commit: string, folder: string): Promise<void> {
  const archive = spawn('git', ['archive', '--format=tar', commit], {
    cwd: projectFolder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const tar = spawn('tar', ['-x', '-C', folder], { stdio: ['pipe', 'inherit', 'inherit'] });
  archive.stdout.pipe(tar.stdin);
  const [archived, extracted] = await Promise.all([endOf(archive), endOf(tar)]);
  if (archived !== 0 || extracted !== 0) throw new Error(`commit ${commit} could not be unpacked`);
}

function endOf(child: ReturnType<typeof spawn>): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
}

/** Where both versions need the same packages, those that are here serve both. */
async function installPackages(folder: string): Promise<void> {
  if (await haveAll(folder)) return await linkPackages(folder);
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], { cwd: folder });
}

async function haveAll(folder: string): Promise<boolean> {
  const [there, here] = await Promise.all([packagesOf(folder), packagesOf(projectFolder)]);
  return [...there].every(([path, version]) => here.get(path) === version);
}

/** Versions by path, without our own workspaces. */
async function packagesOf(folder: string): Promise<Map<string, string | undefined>> {
  const { packages } = lockfile.parse(JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8')));
  const foreign = Object.entries(packages).filter(
    ([path, { link }]) => path.includes('node_modules/') && link !== true,
  );
  return new Map(foreign.map(([path, { version }]) => [path, version]));
}

/** Links to the packages that are installed here, but for our own, which are those of the other version. */
async function linkPackages(folder: string): Promise<void> {
  const here = join(projectFolder, 'node_modules');
  const there = join(folder, 'node_modules');
  const own = '@canopy';
  await mkdir(join(there, own), { recursive: true });
  for (const name of await readdir(here)) if (name !== own) await symlink(join(here, name), join(there, name));
  for (const name of await readdir(join(here, own))) {
    if (!existsSync(join(folder, name))) continue;
    await symlink(join(folder, name), join(there, own, name));
    const nested = join(projectFolder, name, 'node_modules');
    if (existsSync(nested)) await symlink(nested, join(folder, name, 'node_modules'));
  }
}
