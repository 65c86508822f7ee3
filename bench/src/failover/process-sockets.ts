import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The process of an edge's first mediasoup worker (proc(5): children). */
export function workerOf(edgePid: number): number {
  const [worker] = readFileSync(`/proc/${edgePid}/task/${edgePid}/children`, 'utf8').split(' ').filter(Boolean);
  if (worker === undefined) throw new Error('the edge has no worker');
  return Number(worker);
}

/** The local ports of every TCP socket that a process has open now (proc(5): /proc/PID/fd, /proc/PID/net). */
export function tcpPorts(pid: number): number[] {
  const inodes = new Set(socketInodes(pid));
  return unique(['tcp', 'tcp6'].flatMap((table) => portsIn(`/proc/${pid}/net/${table}`, inodes)));
}

function socketInodes(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((descriptor) => {
    const inode = /^socket:\[(\d+)\]$/.exec(targetOf(`${folder}/${descriptor}`))?.[1];
    return inode === undefined ? [] : [inode];
  });
}

/** Empty for a descriptor that was closed meanwhile. */
function targetOf(descriptor: string): string {
  try {
    return readlinkSync(descriptor);
  } catch {
    return '';
  }
}

/** One socket a line: number, local address:port in hexadecimal, remote, state, queues, timers, retransmits, uid, timeout, inode. */
function portsIn(table: string, inodes: ReadonlySet<string>): number[] {
  const [, ...lines] = readFileSync(table, 'utf8').trim().split('\n');
  return lines.flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const port = Number.parseInt(fields[1]?.split(':')[1] ?? '', 16);
    return inodes.has(fields[9] ?? '') && port > 0 ? [port] : [];
  });
}

function unique(ports: readonly number[]): number[] {
  return [...new Set(ports)];
}
