import { createWorker, type types } from 'mediasoup';

const signals = ['SIGTERM', 'SIGINT'] as const;

/**
 * Starts a worker process that ends only when its owner says so. mediasoup makes each worker close itself on SIGTERM and
 * SIGINT, which would cut off the media of an edge that is only beginning to drain; those listeners are taken off again.
 */
export function spawnWorker(settings: types.WorkerSettings): Promise<types.Worker> {
  const before = new Set(signals.flatMap((signal) => process.listeners(signal)));
  const worker = createWorker(settings);
  for (const signal of signals) {
    for (const listener of process.listeners(signal)) {
      if (!before.has(listener)) process.removeListener(signal, listener);
    }
  }
  return worker;
}
