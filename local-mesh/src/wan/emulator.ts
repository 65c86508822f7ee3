import { fileURLToPath } from 'node:url';
import { howToGetRoot } from '../../../scripts/setup/root.mjs';
import { compileC } from '../processes/compile-c.ts';
import { LineProcess } from './line-process.ts';
import type { PathConditions, PathStats } from './path.ts';

const source = fileURLToPath(new URL('wan.c', import.meta.url));

/** The emulator's process (wan.c) and its protocol. Its namespaces end with it, and it ends with us. Nodes are numbered from 0. */
export class Emulator {
  readonly binary: string;
  readonly #process: LineProcess;
  /** Of the emulator's process, one per node. */
  readonly #namespaceDescriptors: readonly number[];

  private constructor(binary: string, process: LineProcess, namespaceDescriptors: readonly number[]) {
    this.binary = binary;
    this.#process = process;
    this.#namespaceDescriptors = namespaceDescriptors;
  }

  /** Throws when the machine does not permit network namespaces. */
  static async start(nodeCount: number, seed: number): Promise<Emulator> {
    const binary = await compileC(source);
    const process = new LineProcess(binary, ['run', String(nodeCount), String(seed)]);
    try {
      const [, ...descriptors] = (await process.nextLine()).split(' ');
      return new Emulator(binary, process, descriptors.map(Number));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const need = 'they need root with CAP_SYS_ADMIN and CAP_NET_ADMIN, and /dev/net/tun';
      throw new Error(`network namespaces are not available (${reason}): ${need}; ${howToGetRoot}`, { cause });
    }
  }

  /** A file that refers to a node's namespace while the emulator lives. */
  namespaceFile(node: number): string {
    return `/proc/${this.#process.pid}/fd/${this.#namespaceDescriptors[node]}`;
  }

  async setDirection(from: number, to: number, conditions: PathConditions): Promise<void> {
    const { delayMs, jitterMs, lossRatio, rateBps, cut } = conditions;
    const values = [from, to, delayMs * 1000, jitterMs * 1000, lossRatio, rateBps, cut === 'udp' ? 2 : Number(cut)];
    const answer = await this.#process.ask(`path ${values.join(' ')}`);
    if (answer !== 'ok') throw new Error(`WAN emulator: ${answer}`);
  }

  async stats(from: number, to: number): Promise<PathStats> {
    const answer = await this.#process.ask(`stats ${from} ${to}`);
    const match = /^stats (\d+) (\d+) (\d+) (\d+) (\d+)$/.exec(answer);
    if (match === null) throw new Error(`WAN emulator: ${answer}`);
    const value = (index: number): number => Number(match[index]);
    return {
      deliveredPackets: value(1),
      deliveredBytes: value(2),
      lostPackets: value(3),
      overflowedPackets: value(4),
      cutPackets: value(5),
    };
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }
}
