import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';

/** A process of the control plane. */
export interface Replica {
  id: string;
  /** host:port at which its metrics are read. */
  metricsAddress: string;
  /** The version of the protocol it speaks. */
  protocol: number;
}

/** Where replicas make themselves known to each other. */
export interface ReplicaStore {
  /** Makes one known for a while. */
  announce(replica: Replica, forMs: number): Promise<void>;
  withdraw(replicaId: string): Promise<void>;
  list(): Promise<readonly Replica[]>;
  /** Those that went without withdrawing, for some hours. */
  missed(): Promise<readonly Replica[]>;
}

export interface ReplicasDeps {
  store: ReplicaStore;
  clock: Clock;
  logger: Logger;
}

const announceEveryMs = 10_000;
const knownForMs = 35_000;

/** The replicas there are, as each of them says every few seconds. Whoever watches them (Prometheus) asks any. */
export class Replicas {
  readonly #deps: ReplicasDeps;

  constructor(deps: ReplicasDeps) {
    this.#deps = deps;
  }

  /** Sorted by id. Errors: STATE_UNAVAILABLE. */
  async list(): Promise<readonly Replica[]> {
    return (await this.#deps.store.list()).toSorted(byId);
  }

  /**
   * Those there are, and those that went without a word, unless another one answers at their address: who is not looked at any
   * more is not found missing either. Sorted by id. Errors: STATE_UNAVAILABLE.
   */
  async expected(): Promise<readonly Replica[]> {
    const { store } = this.#deps;
    const [present, missed] = await Promise.all([store.list(), store.missed()]);
    const taken = new Set(present.map(({ metricsAddress }) => metricsAddress));
    return [...present, ...missed.filter(({ metricsAddress }) => !taken.has(metricsAddress))].toSorted(byId);
  }

  /** Makes a replica known until the returned function is called. */
  join(replica: Replica): () => Promise<void> {
    const { store, clock, logger } = this.#deps;
    const failed = (error: unknown) => logger.debug({ err: error }, 'other replicas were not told of this one');
    const announce = () => void store.announce(replica, knownForMs).catch(failed);
    announce();
    const stop = clock.every(announceEveryMs, announce);
    return async () => {
      stop();
      await store.withdraw(replica.id).catch(failed);
    };
  }
}

function byId(a: Replica, b: Replica): number {
  return a.id < b.id ? -1 : 1;
}
