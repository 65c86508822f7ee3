import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { Emulator } from './emulator.ts';
import { checkConditions, type PathConditions, type PathStats, perfectPath } from './path.ts';

export interface WanOptions {
  /** Names of the nodes, at most 64; each becomes a network namespace with one address. */
  nodes: readonly string[];
  /** The same seed loses and delays the same packets of the same traffic. */
  seed?: number;
}

export interface RunResult {
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  timeoutMs?: number;
}

/** A WAN on one machine: network namespaces with real TCP and UDP between them, whose paths can be changed while traffic flows. Owns the namespaces and every process spawned in them; both end with it, and with this process even if that is killed. */
export class Wan {
  readonly #emulator: Emulator;
  readonly #nodes: readonly string[];
  readonly #conditions = new Map<string, PathConditions>();
  readonly #children = new Set<ChildProcess>();

  private constructor(emulator: Emulator, nodes: readonly string[]) {
    this.#emulator = emulator;
    this.#nodes = nodes;
  }

  /** All paths begin perfect. Throws a clear error where network namespaces are not permitted or there is no C compiler. */
  static async create({ nodes, seed = 1 }: WanOptions): Promise<Wan> {
    if (new Set(nodes).size !== nodes.length) throw new Error('two nodes have the same name');
    return new Wan(await Emulator.start(nodes.length, seed), [...nodes]);
  }

  /** The IPv4 address of a node. Every node also has 127.0.0.1 for itself. */
  address(node: string): string {
    return `198.18.${this.#index(node) + 1}.1`;
  }

  /** Changes the given conditions in both directions between two nodes, from the next packet on. */
  async setPath(a: string, b: string, change: Partial<PathConditions>): Promise<void> {
    await Promise.all([this.setDirection(a, b, change), this.setDirection(b, a, change)]);
  }

  /** Changes the given conditions from one node to another only. */
  async setDirection(from: string, to: string, change: Partial<PathConditions>): Promise<void> {
    const key = JSON.stringify([from, to]);
    const conditions = { ...(this.#conditions.get(key) ?? perfectPath), ...change };
    checkConditions(conditions);
    this.#conditions.set(key, conditions);
    await this.#emulator.setDirection(this.#index(from), this.#index(to), conditions);
  }

  /** What happened so far to the packets from one node to another. */
  stats(from: string, to: string): Promise<PathStats> {
    return this.#emulator.stats(this.#index(from), this.#index(to));
  }

  /** The command line that runs a command inside a node, for those who start processes themselves. The process dies with its parent. */
  commandIn(node: string, command: string, args: readonly string[]): [command: string, args: string[]] {
    const file = this.#emulator.namespaceFile(this.#index(node));
    return [this.#emulator.binary, ['enter', file, command, ...args]];
  }

  /** Starts a process inside a node; it is killed when the WAN is disposed of. */
  spawn(node: string, command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const [file, fileArgs] = this.commandIn(node, command, args);
    return this.#own(spawn(file, fileArgs, options));
  }

  /** Runs a command inside a node to its end. Rejects when it fails or takes too long. */
  run(
    node: string,
    command: string,
    args: readonly string[],
    { timeoutMs = 10_000 }: RunOptions = {},
  ): Promise<RunResult> {
    const [file, fileArgs] = this.commandIn(node, command, args);
    const limits = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 16 << 20 } as const;
    const running = promisify(execFile)(file, fileArgs, limits);
    this.#own(running.child);
    return running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exits = [...this.#children].map((child) => {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      return exited;
    });
    await Promise.all(exits);
    await this.#emulator.stop();
  }

  #own(child: ChildProcess): ChildProcess {
    this.#children.add(child);
    child.once('exit', () => this.#children.delete(child));
    child.once('error', () => this.#children.delete(child));
    return child;
  }

  #index(node: string): number {
    const index = this.#nodes.indexOf(node);
    if (index < 0) throw new Error(`the WAN has no node ${node}`);
    return index;
  }
}
