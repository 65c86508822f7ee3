/** Consumers one worker (one core) forwards to, as a rule of thumb (https://mediasoup.org/documentation/v3/scalability/). */
const consumersPerWorker = 500;

/** One worker as its load is judged. */
export interface WorkerUsage {
  index: number;
  /** Share of one core used over the last second, 0 to 1. */
  cpu: number;
  /** Consumers on it now; they count at once, while `cpu` is up to a second old. */
  consumers: number;
  transports: number;
}

/** 0 (idle) to 1 (full); may pass 1. The larger of CPU share and consumers per {@link consumersPerWorker}. */
export function workerLoad(worker: WorkerUsage): number {
  return Math.max(worker.cpu, worker.consumers / consumersPerWorker);
}

/** The load of an edge is that of its hottest worker, never the mean: one full core spoils the media of everybody on it. */
export function edgeLoad(workers: readonly WorkerUsage[]): number {
  return Math.max(0, ...workers.map(workerLoad));
}

/** Loads this close count as equal: CPU is noisy and up to a second old, and a burst of joins must not pile onto one worker because of it. */
const loadStep = 0.1;

/**
 * The worker that takes a new session, or undefined when there is none with room. In order: the coolest of the workers that
 * serve the meeting already, if it is below `spreadThreshold` (fewer local pipes); else the coolest of all, if it is below 1.
 * Of about equally loaded workers the one with the fewest transports is the coolest.
 */
export function chooseWorker(
  workers: readonly WorkerUsage[],
  servingMeeting: ReadonlySet<number>,
  spreadThreshold: number,
): number | undefined {
  const coolestFirst = workers.toSorted((a, b) => step(a) - step(b) || a.transports - b.transports);
  const familiar = coolestFirst.find((worker) => servingMeeting.has(worker.index));
  if (familiar !== undefined && workerLoad(familiar) < spreadThreshold) return familiar.index;
  const coolest = coolestFirst[0];
  return coolest !== undefined && workerLoad(coolest) < 1 ? coolest.index : undefined;
}

function step(worker: WorkerUsage): number {
  return Math.floor(workerLoad(worker) / loadStep);
}
