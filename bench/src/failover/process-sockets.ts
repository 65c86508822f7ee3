import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Local ports. */
export interface SocketPorts {
  udp: number[];
  tcp: number[];
}

/** The processes that a process started. */
export function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((child) => child !== '')
    .map(Number);
}

/** The ports of every socket that these processes have open now (proc(5): /proc/PID/fd, /proc/PID/net). */
export function socketPorts(pids: readonly number[]): SocketPorts {
  const inodes = new Set(pids.flatMap(socketInodes));
  const [pid] = pids;
  const of = (protocol: 'udp' | 'tcp') =>
    ['', '6'].flatMap((version) => portsIn(`/proc/${pid}/net/${protocol}${version}`, inodes));
  return { udp: unique(of('udp')), tcp: unique(of('tcp')) };
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
