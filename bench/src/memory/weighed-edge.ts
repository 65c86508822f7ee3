import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '@canopy/local-mesh';
import { LiveEdge } from '../edge/live-edge.ts';
import { NodeHeap } from './node-heap.ts';

/** What an edge holds, bytes. */
export interface Weight {
  /** Resident memory of its worker. */
  worker: number;
  /** Objects and buffers of its Node process. */
  node: number;
}

const settleMs = 500;

/** A {@link LiveEdge} that can be weighed. */
export class WeighedEdge implements AsyncDisposable {
  readonly edge: LiveEdge;
  readonly #heap: NodeHeap;

  static async start(): Promise<WeighedEdge> {
    const [inspectorPort = 0] = await freePorts(1);
    const edge = await LiveEdge.start([`--inspect=127.0.0.1:${inspectorPort}`, `--inspect-publish-uid=http`]);
    try {
      return new WeighedEdge(edge, await NodeHeap.of(inspectorPort));
    } catch (error) {
      await edge[Symbol.asyncDispose]();
      throw error;
    }
  }

  private constructor(edge: LiveEdge, heap: NodeHeap) {
    this.edge = edge;
    this.#heap = heap;
  }

  async weigh(): Promise<Weight> {
    await delay(settleMs);
    return { worker: residentBytes(this.edge.process.workerPid), node: await this.#heap.usedBytes() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#heap[Symbol.dispose]();
    await this.edge[Symbol.asyncDispose]();
  }
}

/** Of a process (proc(5): VmRSS, in KiB). */
function residentBytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (kibibytes === undefined) throw new Error(`process ${pid} has no memory`);
  return Number(kibibytes) * 1_024;
}
