import { CanopyError } from '@canopy/runtime/errors';
import { chooseWorker } from '../../core/load/worker-load.ts';
import type { ChosenCodecs, MediaRouter, MediaWorkers } from '../ports/media.ts';

/** A router in use; whoever holds it releases it, once. */
export interface RouterLease {
  readonly router: MediaRouter;
  release(): void;
}

/** Where a router of a meeting is, and whose payload types it speaks: the mesh's, or those that clients chose. */
export interface RouterPlace {
  workerIndex: number;
  codecs?: ChosenCodecs;
}

interface Entry {
  workerIndex: number;
  router: Promise<MediaRouter>;
  users: number;
}

/** The routers of one meeting, at most one per worker and choice of payload types: made on demand, closed when nobody uses them. */
export class MeetingRouters {
  readonly #workers: MediaWorkers;
  readonly #spreadThreshold: number;
  /** By {@link keyOf} their place. */
  readonly #entries = new Map<string, Entry>();

  constructor(workers: MediaWorkers, spreadThreshold: number) {
    this.#workers = workers;
    this.#spreadThreshold = spreadThreshold;
  }

  /** A router on the worker that should take the next session or link. Throws EDGE_OVERLOADED. */
  async acquireAny(): Promise<RouterLease> {
    const users = new Map<number, number>();
    for (const entry of this.#entries.values())
      users.set(entry.workerIndex, (users.get(entry.workerIndex) ?? 0) + entry.users);
    const workerIndex = chooseWorker(this.#workers.usage(), users, this.#spreadThreshold);
    if (workerIndex === undefined) throw new CanopyError('EDGE_OVERLOADED');
    return this.acquire({ workerIndex });
  }

  async acquire(place: RouterPlace): Promise<RouterLease> {
    const key = keyOf(place);
    const entry = this.#entries.get(key) ?? this.#open(key, place);
    entry.users++;
    let held = true;
    const release = () => {
      if (!held) return;
      held = false;
      entry.users--;
      if (entry.users === 0) this.#close(key, entry);
    };
    try {
      return { router: await entry.router, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  #open(key: string, { workerIndex, codecs }: RouterPlace): Entry {
    const router = this.#workers.openRouter(workerIndex, codecs);
    const entry: Entry = { workerIndex, router, users: 0 };
    this.#entries.set(key, entry);
    const forget = () => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key);
    };
    router.then((opened) => opened.onClosed(forget), forget);
    return entry;
  }

  #close(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    entry.router.then(
      (router) => router.close(),
      () => undefined,
    );
  }
}

/** The same for the same place; clients of one kind choose the same payload types. */
export function keyOf({ workerIndex, codecs }: RouterPlace): string {
  const chosen = codecs?.map(({ mimeType, preferredPayloadType, parameters }) => {
    const config = Object.entries(parameters ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
    return [mimeType, preferredPayloadType, config];
  });
  return JSON.stringify([workerIndex, ...(chosen ?? [])]);
}
