import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** Sees to it that the processes it was told of do not outlive this one; see warden.ts. */
export class Guard implements AsyncDisposable {
  readonly #warden: ChildProcess;
  readonly #lines: Writable;

  constructor() {
    this.#warden = spawn(process.execPath, [fileURLToPath(new URL('./warden.ts', import.meta.url))], {
      detached: true,
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    if (this.#warden.stdin === null) throw new Error('the warden has no standard input');
    this.#lines = this.#warden.stdin;
    this.#warden.unref();
  }

  /** `stopSignal` is what ends the process in an orderly way. */
  watch(pid: number, stopSignal: NodeJS.Signals): void {
    this.#lines.write(`+${pid} ${stopSignal}\n`);
  }

  /** The process has ended, and its pid may soon belong to another. */
  forget(pid: number): void {
    this.#lines.write(`-${pid}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#warden.exitCode !== null || this.#warden.signalCode !== null) return;
    const exited = once(this.#warden, 'exit');
    this.#warden.ref();
    this.#lines.end();
    await exited;
  }
}
