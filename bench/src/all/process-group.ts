import type { ChildProcess } from 'node:child_process';

const ourEnds = ['SIGINT', 'SIGTERM'] as const;

/** A process that was started detached, and what it started in turn. All of it ends with us, and at the latest when disposed. */
export class ProcessGroup implements Disposable {
  readonly #child: ChildProcess;
  readonly #endWithUs = () => {
    this.signal('SIGTERM');
    process.exit(1);
  };

  constructor(child: ChildProcess) {
    this.#child = child;
    for (const signal of ourEnds) process.once(signal, this.#endWithUs);
  }

  /** Where nobody is left, nothing happens. */
  signal(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }

  [Symbol.dispose](): void {
    for (const signal of ourEnds) process.off(signal, this.#endWithUs);
    this.signal('SIGKILL');
  }
}
