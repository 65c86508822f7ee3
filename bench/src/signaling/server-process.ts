import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { endingWithUs } from '../ending-with-us.ts';
import { cpuMs } from '../process-cpu.ts';

const reporter = fileURLToPath(new URL('report-memory.ts', import.meta.url));
const readyTimeoutMs = 60_000;
const betweenLooksMs = 1_000;
/** Looks at its memory in a row that find nothing less to speak of. */
const looksInVain = 5;
const settledBytes = 64 * 1_024;

interface ServerSpec {
  /** What Node runs, and what that is told. */
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  port: number;
}

/** Bytes in use once garbage is collected. */
export interface Memory {
  /** Of the process, as the system counts it (resident set). */
  resident: number;
  /** Of objects and buffers. */
  objects: number;
}

/** A server that is measured: a Node process that answers `/readyz`. */
export class ServerProcess implements AsyncDisposable {
  readonly url: string;
  readonly #pid: number;
  readonly #child: ChildProcess;

  static async start(spec: ServerSpec): Promise<ServerProcess> {
    const child = spawn(process.execPath, ['--import', reporter, ...spec.args], {
      env: { PATH: process.env.PATH, ...spec.env },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const server = new ServerProcess(endingWithUs(child), spec.port);
    try {
      await server.#ready();
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  private constructor(child: ChildProcess, port: number) {
    if (child.pid === undefined) throw new Error('the server did not start');
    this.#child = child;
    this.#pid = child.pid;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** CPU time used so far, ms. */
  get cpuMs(): number {
    return cpuMs([this.#pid]);
  }

  /** The least it is found to use, once that does not get less any more: what is under way at one moment is gone at another, and what is collected goes back to the system a little later. */
  async memory(): Promise<Memory> {
    let least = await this.#memory();
    for (let inVain = 0; inVain < looksInVain; ) {
      await delay(betweenLooksMs);
      const now = await this.#memory();
      const isLess = least.resident - now.resident > settledBytes || least.objects - now.objects > settledBytes;
      inVain = isLess ? 0 : inVain + 1;
      least = {
        resident: Math.min(least.resident, now.resident),
        objects: Math.min(least.objects, now.objects),
      };
    }
    return least;
  }

  async #memory(): Promise<Memory> {
    const answered = once(this.#child, 'message');
    this.#child.send('memory');
    const [{ rss, heapUsed, external }] = (await answered) as [NodeJS.MemoryUsage];
    return { resident: rss, objects: heapUsed + external };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const forced = setTimeout(() => this.#child.kill('SIGKILL'), 5_000);
    await exited;
    clearTimeout(forced);
  }

  async #ready(): Promise<void> {
    const deadline = performance.now() + readyTimeoutMs;
    for (;;) {
      try {
        const { ok } = await fetch(`${this.url}/readyz`);
        if (ok) return;
      } catch (error) {
        if (performance.now() > deadline) throw error;
      }
      if (performance.now() > deadline) throw new Error(`${this.url} is not ready`);
      await delay(100);
    }
  }
}
