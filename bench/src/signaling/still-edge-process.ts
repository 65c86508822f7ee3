import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { endingWithUs } from '../ending-with-us.ts';

const script = fileURLToPath(new URL('still-edge.ts', import.meta.url));

/** An edge without media, in a process of its own: what it costs is not the control plane's. */
export class StillEdge implements AsyncDisposable {
  readonly #child: ChildProcess;

  static start(natsUrl: string): StillEdge {
    const child = spawn(process.execPath, [script, natsUrl, 'canopy'], {
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    return new StillEdge(endingWithUs(child));
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }
}
