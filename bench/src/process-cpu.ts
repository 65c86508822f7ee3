import { readdirSync, readFileSync } from 'node:fs';

/** CPU time in ms that processes and all they started have used so far (/proc/PID/task/TID/schedstat, in nanoseconds). */
export function cpuMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + treeCpuMs(pid), 0);
}

function treeCpuMs(pid: number): number {
  return tasks(pid).reduce((sum, task) => {
    const [ranNs = '0'] = read(`${task}/schedstat`).split(' ');
    const children = read(`${task}/children`)
      .split(' ')
      .filter((child) => child !== '');
    return sum + Number(ranNs) / 1e6 + cpuMs(children.map(Number));
  }, 0);
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
