import { type ChildProcess, execFile, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import type { Place } from '../mesh/place.ts';
import { Emulator } from './emulator.ts';
import { checkConditions, type PathConditions, type PathStats, perfectPath } from './path.ts';
import { WanPlace } from './wan-place.ts';

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

/** Of a node's first address: 198.18.0.0/15. */
const firstPrefix = 15;

/** A WAN on one machine: network namespaces with real TCP and UDP between them, whose paths can be changed while traffic flows. Owns the namespaces and every process spawned in them; both end with it, and with this process even if that is killed. */
export class Wan {
  readonly #emulator: Emulator;
  readonly #nodes: readonly string[];
  readonly #conditions = new Map<string, PathConditions>();
  readonly #children = new Set<ChildProcess>();
  readonly #places = new Map<string, WanPlace>();
  readonly #gained = new Map<string, number>();
  readonly #lost = new Map<string, number>();

  private constructor(emulator: Emulator, nodes: readonly string[]) {
    this.#emulator = emulator;
    this.#nodes = nodes;
  }

  /** All paths begin perfect. Throws a clear error where network namespaces are not permitted or there is no C compiler. */
  static async create({ nodes, seed = 1 }: WanOptions): Promise<Wan> {
    if (new Set(nodes).size !== nodes.length) throw new Error('two nodes have the same name');
    return new Wan(await Emulator.start(nodes.length, seed), [...nodes]);
  }

  /** The IPv4 address that a node began with. Every node also has 127.0.0.1 for itself. */
  address(node: string): string {
    return `198.18.${this.#index(node) + 1}.1`;
  }

  /** Gives a node a further address, as when a phone finds a second network; new connections use it when it has no older one. Returns it. At most six times. */
  async gainAddress(node: string): Promise<string> {
    const count = (this.#gained.get(node) ?? 0) + 1;
    this.#gained.set(node, count);
    const address = this.address(node).replace(/1$/, String(count + 1));
    // Addresses of the same prefix would go with the first of them.
    await this.#setAddress(node, count, address, firstPrefix - count);
    return address;
  }

  /** Takes a node's oldest address away. Connections from it end in silence. */
  async loseAddress(node: string): Promise<void> {
    const count = this.#lost.get(node) ?? 0;
    this.#lost.set(node, count + 1);
    await this.#setAddress(node, count, '0.0.0.0', 0);
  }

  /** Where nodes of a mesh, and browsers, can be put. */
  place(node: string): Place {
    const place = this.#places.get(node) ?? new WanPlace(this, node);
    this.#places.set(node, place);
    return place;
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
    for (const place of this.#places.values()) place[Symbol.dispose]();
    const exits = [...this.#children].map((child) => {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      return exited;
    });
    await Promise.all(exits);
    await this.#emulator.stop();
  }

  async #setAddress(node: string, number: number, address: string, prefix: number): Promise<void> {
    const { binary } = this.#emulator;
    const file = this.#emulator.namespaceFile(this.#index(node));
    const label = number === 0 ? 'wan0' : `wan0:${number}`;
    await promisify(execFile)(binary, ['address', file, label, address, String(prefix)]);
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
