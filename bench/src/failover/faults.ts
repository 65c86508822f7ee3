import { execFileSync } from 'node:child_process';
import { type EdgeProcess, linkPortRange } from './edge-process.ts';

/** What can happen to a relay. */
export const faultKinds = ['nodeKilled', 'workerKilled', 'packetsDropped', 'nodeStopped', 'workerStopped'] as const;
export type FaultKind = (typeof faultKinds)[number];

const table = 'canopy_failover';

/** Does it. Returns what undoes it, as far as it can be. */
export function inflict(kind: FaultKind, relay: EdgeProcess, linkPort: number): () => void {
  switch (kind) {
    case 'nodeKilled':
      return signal(relay.pid, 'SIGKILL');
    case 'workerKilled':
      return signal(relay.workerPid, 'SIGKILL');
    case 'nodeStopped':
      return signal(relay.pid, 'SIGSTOP');
    case 'workerStopped':
      return signal(relay.workerPid, 'SIGSTOP');
    case 'packetsDropped':
      return dropPackets(relay.grpcPort, linkPort);
  }
}

function signal(pid: number, name: 'SIGKILL' | 'SIGSTOP'): () => void {
  process.kill(pid, name);
  return () => undefined;
}

/** Every packet from or to the relay vanishes; nobody is told. */
function dropPackets(grpcPort: number, linkPort: number): () => void {
  const udp = linkPortRange(linkPort);
  const rules = ['sport', 'dport'].flatMap((port) => [`udp ${port} ${udp} drop`, `tcp ${port} ${grpcPort} drop`]);
  const lines = ['type filter hook output priority 0;', ...rules].join('\n');
  execFileSync('nft', ['-f', '-'], { input: `table inet ${table} {\nchain out {\n${lines}\n}\n}\n` });
  return () => execFileSync('nft', ['delete', 'table', 'inet', table]);
}
