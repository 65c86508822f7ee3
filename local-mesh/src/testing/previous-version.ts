import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { versionOf } from '@canopy/runtime/protocol';
import { z } from 'zod';
import pinned from '../../upgrade-from.json' with { type: 'json' };
import { projectFolder } from '../project.ts';
import { installPackages } from './previous-packages.ts';

const run = promisify(execFile);

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
