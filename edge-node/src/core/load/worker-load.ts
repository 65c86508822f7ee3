/** Consumers one worker (one core) forwards to when each carries a camera, as a rule of thumb (https://mediasoup.org/documentation/v3/scalability/). */
const consumersPerWorker = 500;
/** The most it takes even when nearly nothing comes over them: all of them could carry a voice, 50 packets a second of some 10 µs each. */
const mostConsumersPerWorker = 2_000;

/** One worker as its load is judged. */
export interface WorkerUsage {
  index: number;
  /** Share of one core used over the last second, 0 to 1. */
  cpu: number;
  consumers: number;
  /** Of these, the ones that were not there all that second: what they cost is not in `cpu` yet. */
  newConsumers: number;
  transports: number;
}

/** 0 (idle) to 1 (full); may pass 1: what was measured, and what came since at its full price. */
export function workerLoad({ cpu, consumers, newConsumers }: WorkerUsage): number {
  return Math.max(cpu + newConsumers / consumersPerWorker, consumers / mostConsumersPerWorker);
}

/** The load of an edge is that of its hottest worker, never the mean: one full core spoils the media of everybody on it. */
export function hottestLoad(workers: readonly WorkerUsage[]): number {
  return Math.max(0, ...workers.map(workerLoad));
}

/** Loads this close count as equal: CPU is noisy and up to a second old, and a burst of joins must not pile onto one worker because of it. */
const loadStep = 0.1;

/** So many of one meeting share a worker while others have room: it forwards to few, and keeps room to pass tracks on to the other workers. */
const mostTogether = 8;

/**
 * The worker that takes a new session, or undefined when there is none with room. In order: the coolest of the workers where
 * the meeting has few users yet, if it is below `spreadThreshold` (fewer local pipes); else the coolest of all, if it is below 1.
 * Of about equally loaded workers the one with the fewest transports is the coolest.
 *
 * @param users of the meeting by worker: its sessions, links and local pipes
 */
export function chooseWorker(
  workers: readonly WorkerUsage[],
  users: ReadonlyMap<number, number>,
  spreadThreshold: number,
): number | undefined {
  const coolestFirst = workers.toSorted((a, b) => step(a) - step(b) || a.transports - b.transports);
  const familiar = coolestFirst.find(({ index }) => {
    const present = users.get(index) ?? 0;
    return present > 0 && present < mostTogether;
  });
  if (familiar !== undefined && workerLoad(familiar) < spreadThreshold) return familiar.index;
  const coolest = coolestFirst[0];
  return coolest !== undefined && workerLoad(coolest) < 1 ? coolest.index : undefined;
}

function step(worker: WorkerUsage): number {
  return Math.floor(workerLoad(worker) / loadStep);
}
