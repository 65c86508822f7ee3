import { backoffMs } from '@canopy/runtime/backoff';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import type { ChosenCodecs, MediaRouter, MediaWorkers } from '../../app/ports/media.ts';
import type { WorkerUsage } from '../../core/load/worker-load.ts';
import { EgressMeter } from './egress-meter.ts';
import { lookEveryMs } from './responsiveness.ts';
import { MediasoupWorker, type WorkerOptions } from './worker.ts';

export interface WorkerPoolOptions extends WorkerOptions {
  workers: number;
  logger: Logger;
  random: () => number;
}

const sampleEveryMs = 1_000;
const restart = { initialMs: 200, maxMs: 5_000 };

/** The worker processes of this edge. One that stops answering is killed; one that dies is replaced, for as long as it takes. */
export class WorkerPool implements MediaWorkers {
  readonly #options: WorkerPoolOptions;
  readonly #workers = new Map<number, MediasoupWorker>();
  readonly #egress = new EgressMeter();
  readonly #diedListeners: ((workerIndex: number) => void)[] = [];
  readonly #stopTimers: (() => void)[];
  #closed = false;

  static async start(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    try {
      await Promise.all(Array.from({ length: options.workers }, (_, index) => pool.#start(index)));
      return pool;
    } catch (error) {
      pool.close();
      throw error;
    }
  }

  private constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#stopTimers = [
      options.clock.every(sampleEveryMs, () => this.#sample()),
      options.clock.every(lookEveryMs, () => this.#killStopped()),
    ];
  }

  /** Process ids by worker index, of those alive. */
  get pids(): Map<number, number> {
    return new Map([...this.#workers].map(([index, worker]) => [index, worker.pid]));
  }

  /** UDP and TCP ports that clients reach, by worker index, of those alive. */
  get mediaPorts(): ReadonlyMap<number, number> {
    return new Map([...this.#workers].map(([index, worker]) => [index, worker.mediaPort]));
  }

  /** bit/s sent, as last measured. */
  get egressBps(): number {
    return this.#egress.totalBps;
  }

  usage(): readonly WorkerUsage[] {
    return [...this.#workers.values()].map((worker) => worker.usage).sort((a, b) => a.index - b.index);
  }

  async openRouter(workerIndex: number, codecs?: ChosenCodecs): Promise<MediaRouter> {
    const worker = this.#workers.get(workerIndex);
    if (worker === undefined) throw new CanopyError('EDGE_OVERLOADED');
    return worker.openRouter(codecs);
  }

  onDied(listener: (workerIndex: number) => void): void {
    this.#diedListeners.push(listener);
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#stopTimers) stop();
    for (const worker of this.#workers.values()) worker.close();
    this.#workers.clear();
  }

  async #start(index: number): Promise<void> {
    const worker = await MediasoupWorker.start(index, this.#options);
    if (this.#closed) return worker.close();
    this.#workers.set(index, worker);
    this.#options.logger.info({ worker: index, pid: worker.pid }, 'worker started');
    worker.onDied((error) => {
      this.#workers.delete(index);
      this.#options.logger.error({ err: error, worker: index, pid: worker.pid }, 'worker died');
      for (const listener of this.#diedListeners) listener(index);
      this.#replace(index, 0);
    });
  }

  #replace(index: number, attempt: number): void {
    if (this.#closed) return;
    this.#start(index).catch((error: unknown) => {
      this.#options.logger.error({ err: error, worker: index, attempt }, 'replacing a worker failed');
      const delayMs = backoffMs(attempt, restart, this.#options.random());
      this.#options.clock.after(delayMs, () => this.#replace(index, attempt + 1));
    });
  }

  #killStopped(): void {
    for (const [index, worker] of this.#workers) {
      if (worker.killIfStopped())
        this.#options.logger.error({ worker: index, pid: worker.pid }, 'worker stopped answering');
    }
  }

  #sample(): void {
    const workers = [...this.#workers.values()];
    const cpu = workers.map((worker) => worker.sampleCpu());
    const egress = this.#egress.sample(workers.flatMap((worker) => worker.waysOut));
    Promise.all([...cpu, egress]).catch((error: unknown) => {
      this.#options.logger.debug({ err: error }, 'a sample failed');
    });
  }
}
