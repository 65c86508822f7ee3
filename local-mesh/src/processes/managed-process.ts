import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Guard } from './guard.ts';
import { signalGroup, signalProcess } from './signals.ts';
import { lastLines, StartError } from './start-error.ts';

export interface ProcessSpec {
  /** Names it in messages. */
  name: string;
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Takes its standard output and error; each start after the first appends. */
  logFile: string;
  /** What ends it in an orderly way. */
  stopSignal: NodeJS.Signals;
  /** Asked again and again after the start until it says that the process serves. */
  isReady: (signal: AbortSignal) => Promise<boolean>;
  readyTimeoutMs: number;
}

/** How a process ended: its exit code, the signal that ended it, or why it could not be started. */
export type Exit = { code: number } | { signal: NodeJS.Signals } | { error: Error };

interface Running {
  child: ChildProcess;
  exited: Promise<Exit>;
}

const stopTimeoutMs = 10_000;
const askAgainMs = 25;

/** A program that can be started, stopped, killed and started again. It has a process group of its own, so that a terminal's Ctrl-C reaches only the launcher. */
export class ManagedProcess implements AsyncDisposable {
  #spec: ProcessSpec;
  readonly #guard: Guard;
  #running: Running | undefined;
  #starts = 0;

  constructor(spec: ProcessSpec, guard: Guard) {
    this.#spec = spec;
    this.#guard = guard;
  }

  get spec(): ProcessSpec {
    return this.#spec;
  }

  /** What its command is given from its next start on: another version of a program, for instance. */
  setArguments(args: readonly string[]): void {
    this.#spec = { ...this.#spec, args };
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.#running?.child.pid;
  }

  /** Resolves when the process that runs now ends; at once if none runs. */
  async exited(): Promise<Exit | undefined> {
    return this.#running?.exited;
  }

  /** Resolves when it serves. Rejects with a {@link StartError}, or the signal's reason, and then it does not run. */
  async start(signal?: AbortSignal): Promise<void> {
    if (this.#running !== undefined) throw new Error(`${this.spec.name} runs already`);
    signal?.throwIfAborted();
    const running = this.#spawn();
    try {
      await this.#untilReady(running, signal);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Sends a signal, if it runs; SIGKILL, SIGSTOP and SIGCONT are for tests of failures. */
  kill(signal: NodeJS.Signals): void {
    if (this.pid !== undefined) signalProcess(this.pid, signal);
  }

  /** Asks it to end, insists after 10 s, and resolves when it and all it started are gone. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (running?.child.pid === undefined) return;
    this.kill(this.spec.stopSignal);
    this.kill('SIGCONT');
    const insist = setTimeout(() => this.kill('SIGKILL'), stopTimeoutMs);
    await running.exited;
    clearTimeout(insist);
    signalGroup(running.child.pid, 'SIGKILL');
  }

  async restart(signal?: AbortSignal): Promise<void> {
    await this.stop();
    await this.start(signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #spawn(): Running {
    mkdirSync(dirname(this.spec.logFile), { recursive: true });
    const log = openSync(this.spec.logFile, this.#starts === 0 ? 'w' : 'a');
    this.#starts += 1;
    const child = spawn(this.spec.command, [...this.spec.args], {
      detached: true,
      stdio: ['ignore', log, log],
      env: this.spec.env,
    });
    closeSync(log);
    if (child.pid !== undefined) this.#guard.watch(child.pid, this.spec.stopSignal);
    const running = { child, exited: exitOf(child).then((exit) => this.#onExit(child, exit)) };
    this.#running = running;
    return running;
  }

  #onExit(child: ChildProcess, exit: Exit): Exit {
    if (child.pid !== undefined) this.#guard.forget(child.pid);
    this.#running = undefined;
    return exit;
  }

  async #untilReady(running: Running, signal: AbortSignal | undefined): Promise<void> {
    const deadline = AbortSignal.timeout(this.spec.readyTimeoutMs);
    const ended = new AbortController();
    const exited = running.exited.then(() => ended.abort());
    const stopAsking = AbortSignal.any([deadline, ended.signal, ...(signal === undefined ? [] : [signal])]);
    while (!stopAsking.aborted) {
      if (await this.spec.isReady(stopAsking)) return;
      await Promise.race([delay(askAgainMs), exited]);
    }
    signal?.throwIfAborted();
    if (ended.signal.aborted) throw this.#endedAtStart(await running.exited);
    throw new StartError(
      `${this.spec.name} was not ready after ${this.spec.readyTimeoutMs / 1000} s. The end of ${this.spec.logFile}:\n${lastLines(this.spec.logFile)}`,
    );
  }

  #endedAtStart(exit: Exit): StartError {
    if ('error' in exit) return new StartError(`${this.spec.name} cannot be started: ${exit.error.message}`);
    return new StartError(
      `${this.spec.name} ended at its start (${describeExit(exit)}). The end of ${this.spec.logFile}:\n${lastLines(this.spec.logFile)}`,
    );
  }
}

export function describeExit(exit: Exit): string {
  if ('error' in exit) return exit.error.message;
  return 'code' in exit ? `exit code ${exit.code}` : exit.signal;
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ error }));
    child.once('exit', (code, signal) => resolve(signal === null ? { code: code ?? 1 } : { signal }));
  });
}
