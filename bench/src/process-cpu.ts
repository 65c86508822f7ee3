import { readdirSync, readFileSync } from 'node:fs';

/** CPU time in ms that processes and all they started have used so far (/proc/PID/task/TID/schedstat, in nanoseconds). */
export function cpuMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + treeCpuMs(pid), 0);
}

function treeCpuMs(pid: number): number {
  return tasks(pid).reduce((sum, task) => {
    const [ranNs = '0'] = read(`${task}/schedstat`).split(' ');
    return sum + Number(ranNs) / 1e6 + cpuMs(childrenOf(task));
  }, 0);
}

/** Bytes of memory (resident set, pages shared with others included) of processes and all they started. */
export function residentBytes(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? '0';
    return sum + Number(kilobytes) * 1_024 + residentBytes(tasks(pid).flatMap(childrenOf));
  }, 0);
}

function childrenOf(task: string): number[] {
  return read(`${task}/children`)
    .split(' ')
    .filter((child) => child !== '')
    .map(Number);
}

function tasks(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((task) => `/proc/${pid}/task/${task}`);
  } catch {
    return [];
  }
}

/** Empty for a thread that ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
