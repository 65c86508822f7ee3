import { CanopyError } from '@canopy/runtime/errors';
import { chooseWorker } from '../../core/load/worker-load.ts';
import type { MediaRouter, MediaWorkers } from '../ports/media.ts';

/** A router in use; whoever holds it releases it, once. */
export interface RouterLease {
  readonly router: MediaRouter;
  release(): void;
}

interface Entry {
  router: Promise<MediaRouter>;
  users: number;
}

/** The routers of one meeting, at most one per worker: made on demand, closed when nobody uses them. */
export class MeetingRouters {
  readonly #workers: MediaWorkers;
  readonly #spreadThreshold: number;
  readonly #entries = new Map<number, Entry>();

  constructor(workers: MediaWorkers, spreadThreshold: number) {
    this.#workers = workers;
    this.#spreadThreshold = spreadThreshold;
  }

  /** A router on the worker that should take the next session or link. Throws EDGE_OVERLOADED. */
  async acquireAny(): Promise<RouterLease> {
    const index = chooseWorker(this.#workers.usage(), new Set(this.#entries.keys()), this.#spreadThreshold);
    if (index === undefined) throw new CanopyError('EDGE_OVERLOADED');
    return this.acquire(index);
  }

  async acquire(workerIndex: number): Promise<RouterLease> {
    const entry = this.#entries.get(workerIndex) ?? this.#open(workerIndex);
    entry.users++;
    let held = true;
    const release = () => {
      if (!held) return;
      held = false;
      entry.users--;
      if (entry.users === 0) this.#close(workerIndex, entry);
    };
    try {
      return { router: await entry.router, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  #open(workerIndex: number): Entry {
    const router = this.#workers.openRouter(workerIndex);
    const entry: Entry = { router, users: 0 };
    this.#entries.set(workerIndex, entry);
    const forget = () => {
      if (this.#entries.get(workerIndex) === entry) this.#entries.delete(workerIndex);
    };
    router.then((opened) => opened.onClosed(forget), forget);
    return entry;
  }

  #close(workerIndex: number, entry: Entry): void {
    if (this.#entries.get(workerIndex) === entry) this.#entries.delete(workerIndex);
    entry.router.then(
      (router) => router.close(),
      () => undefined,
    );
  }
}
