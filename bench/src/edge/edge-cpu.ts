import { cpuMs } from '../process-cpu.ts';

/** CPU time that an edge has used so far, ms: its only worker's, and its Node's. */
export interface EdgeCpu {
  worker: number;
  node: number;
}

export function edgeCpu({ pid, workerPid }: { pid: number; workerPid: number }): EdgeCpu {
  const worker = cpuMs([workerPid]);
  // A process is counted with its children.
  return { worker, node: cpuMs([pid]) - worker };
}

/** What was used between two looks. */
export function usedBetween(before: EdgeCpu, after: EdgeCpu): EdgeCpu {
  return { worker: after.worker - before.worker, node: after.node - before.node };
}
