import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '@canopy/local-mesh';
import { endingWithUs } from '../../ending-with-us.ts';
import { janusFiles } from './settings.ts';

/** How Janus is to run. */
export interface JanusKind {
  /** See {@link JanusSettings}. */
  eventLoops?: number;
  /** A folder with the libsrtp to use; undefined: the distribution's. */
  libsrtp?: string;
  mediaPorts: { from: number; to: number };
}

const readyTimeoutMs = 20_000;
const lookEveryMs = 50;

/** "1.1.2", or undefined where there is no Janus. */
export async function janusVersion(): Promise<string | undefined> {
  // Some versions take the question for an unknown option, and answer all the same.
  const { error, stdout } = spawnSync('janus', ['--version'], { encoding: 'utf8' });
  if (error !== undefined) return undefined;
  return /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? 'of an unknown version';
}

/** A Janus of the distribution, with settings of its own. */
export class JanusProcess implements AsyncDisposable {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #exited: Promise<unknown>;

  /** Resolves when it listens. */
  static async start({ eventLoops, libsrtp, mediaPorts }: JanusKind): Promise<JanusProcess> {
    const folder = await mkdtemp(join(tmpdir(), 'canopy-janus-'));
    const [port = 0] = await freePorts(1);
    const files = janusFiles({ folder, port, mediaPorts, eventLoops });
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const janus = new JanusProcess(folder, port, libsrtp);
    try {
      await janus.#listening(port);
      if (libsrtp !== undefined) await janus.#uses(libsrtp);
      return janus;
    } catch (error) {
      await janus[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(folder: string, port: number, libsrtp: string | undefined) {
    this.#folder = folder;
    this.url = `ws://127.0.0.1:${port}`;
    this.#child = endingWithUs(
      spawn('janus', ['--configs-folder', folder], {
        env: { PATH: process.env.PATH, ...(libsrtp !== undefined && { LD_LIBRARY_PATH: libsrtp }) },
        stdio: ['ignore', 'ignore', 'inherit'],
      }),
    );
    this.#exited = once(this.#child, 'exit');
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('Janus did not start');
    return this.#child.pid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.#exited;
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #listening(port: number): Promise<void> {
    const endsAt = performance.now() + readyTimeoutMs;
    while (!(await accepts(port))) {
      if (this.#child.exitCode !== null) throw new Error(`Janus ended with code ${this.#child.exitCode}`);
      if (performance.now() > endsAt) throw new Error('Janus does not listen');
      await delay(lookEveryMs);
    }
  }

  /** What is compared must be what is said to be compared. */
  async #uses(libsrtp: string): Promise<void> {
    const maps = await readFile(`/proc/${this.pid}/maps`, 'utf8');
    if (!maps.includes(join(libsrtp, 'libsrtp2.so.1'))) throw new Error('Janus does not use the libsrtp it was given');
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
