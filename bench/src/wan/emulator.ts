import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { compileWan } from './compile.ts';
import type { PathConditions, PathStats } from './path.ts';

interface Waiting {
  resolve(answer: string): void;
  reject(error: Error): void;
}

/** The emulator's process (wan.c): one line out for each line in. Its namespaces end with it, and it ends with us. */
export class Emulator {
  readonly binary: string;
  readonly #process: ChildProcess;
  readonly #commands: Writable;
  readonly #waiting: Waiting[] = [];
  readonly #namespaceDescriptors: number[] = [];
  #errorText = '';
  #ended: Error | undefined;

  private constructor(binary: string, nodeCount: number, seed: number) {
    this.binary = binary;
    const started = spawn(binary, ['run', String(nodeCount), String(seed)], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#process = started;
    this.#commands = started.stdin;
    this.#commands.on('error', () => this.#end());
    started.on('error', (error) => this.#end(error));
    started.on('exit', () => this.#end());
    collect(started.stderr, (text) => {
      this.#errorText += text;
    });
    lines(started.stdout).on('line', (line) => this.#waiting.shift()?.resolve(line));
  }

  /** Throws when the machine does not permit network namespaces. */
  static async start(nodeCount: number, seed: number): Promise<Emulator> {
    const emulator = new Emulator(await compileWan(), nodeCount, seed);
    try {
      const [word, ...descriptors] = (await emulator.#answer()).split(' ');
      if (word !== 'ready') throw new Error(`unexpected start: ${word}`);
      emulator.#namespaceDescriptors.push(...descriptors.map(Number));
    } catch (cause) {
      await emulator.stop();
      const text = 'network namespaces are not available (they need root, CAP_NET_ADMIN and /dev/net/tun)';
      throw new Error(`${text}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
    return emulator;
  }

  /** A file that refers to a node's namespace while the emulator lives. */
  namespaceFile(node: number): string {
    return `/proc/${this.#process.pid}/fd/${this.#namespaceDescriptors[node]}`;
  }

  async setDirection(from: number, to: number, conditions: PathConditions): Promise<void> {
    const { delayMs, jitterMs, lossRatio, rateBps, cut } = conditions;
    const values = [from, to, delayMs * 1000, jitterMs * 1000, lossRatio, rateBps, cut ? 1 : 0];
    const answer = await this.#ask(`path ${values.join(' ')}`);
    if (answer !== 'ok') throw new Error(`WAN emulator: ${answer}`);
  }

  async stats(from: number, to: number): Promise<PathStats> {
    const answer = await this.#ask(`stats ${from} ${to}`);
    const [word, ...values] = answer.split(' ');
    const [deliveredPackets, deliveredBytes, lostPackets, overflowedPackets, cutPackets] = values.map(Number);
    if (
      word !== 'stats' ||
      deliveredPackets === undefined ||
      deliveredBytes === undefined ||
      lostPackets === undefined ||
      overflowedPackets === undefined ||
      cutPackets === undefined
    ) {
      throw new Error(`WAN emulator: ${answer}`);
    }
    return { deliveredPackets, deliveredBytes, lostPackets, overflowedPackets, cutPackets };
  }

  async stop(): Promise<void> {
    if (this.#ended !== undefined) return;
    const exited = once(this.#process, 'exit');
    this.#commands.end();
    await exited;
  }

  #ask(command: string): Promise<string> {
    const answer = this.#answer();
    if (this.#ended === undefined) this.#commands.write(`${command}\n`);
    return answer;
  }

  #answer(): Promise<string> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #end(cause?: Error): void {
    const reason = this.#errorText.trim() || cause?.message || 'the WAN emulator has ended';
    this.#ended ??= new Error(reason, cause === undefined ? undefined : { cause });
    for (const waiting of this.#waiting.splice(0)) waiting.reject(this.#ended);
  }
}

function lines(from: Readable): Interface {
  return createInterface({ input: from });
}

function collect(from: Readable, to: (text: string) => void): void {
  from.setEncoding('utf8').on('data', to);
}
