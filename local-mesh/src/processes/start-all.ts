import type { ManagedProcess } from './managed-process.ts';

/** Starts processes side by side. When one fails the others are not waited for, and what was started is stopped. */
export async function startAll(processes: readonly ManagedProcess[], signal?: AbortSignal): Promise<void> {
  const failed = new AbortController();
  const either = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const starts = processes.map(async (process) => {
    try {
      await process.start(either);
    } catch (error) {
      failed.abort(error);
    }
  });
  await Promise.all(starts);
  if (!failed.signal.aborted) return;
  await stopAll(processes);
  throw failed.signal.reason;
}

export async function stopAll(processes: readonly ManagedProcess[]): Promise<void> {
  await Promise.all(processes.map((process) => process.stop()));
}
