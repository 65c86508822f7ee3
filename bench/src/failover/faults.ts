import { execFileSync } from 'node:child_process';
import { findProgram } from '../../../scripts/setup/programs.mjs';

/** What can happen to an edge. */
export const faultKinds = ['nodeKilled', 'workerKilled', 'packetsDropped', 'nodeStopped', 'workerStopped'] as const;
export type FaultKind = (typeof faultKinds)[number];

const nft = findProgram('nft', process.env);

/** Whether packets can be made to vanish here. */
export const dropsPackets = nft !== undefined && process.getuid?.() === 0;

/** Those that this machine can be made to show: dropping packets needs nftables, and root. */
export const possibleFaults = faultKinds.filter((kind) => kind !== 'packetsDropped' || dropsPackets);

/** An edge to which something happens. */
export interface Victim {
  /** Its Node process. */
  readonly pid: number;
  /** Its mediasoup worker. */
  readonly workerPid: number;
  /** What nftables knows its packets by: each of these matches some of them. */
  readonly packets: readonly string[];
}

/** Does it. Returns what undoes it, as far as it can be. */
export function inflict(kind: FaultKind, victim: Victim): () => void {
  switch (kind) {
    case 'nodeKilled':
      return signal(victim.pid, 'SIGKILL');
    case 'workerKilled':
      return signal(victim.workerPid, 'SIGKILL');
    case 'nodeStopped':
      return signal(victim.pid, 'SIGSTOP');
    case 'workerStopped':
      return signal(victim.workerPid, 'SIGSTOP');
    case 'packetsDropped':
      return dropPackets(victim);
  }
}

function signal(pid: number, name: 'SIGKILL' | 'SIGSTOP'): () => void {
  process.kill(pid, name);
  return () => undefined;
}

/** These packets vanish; nobody is told. */
function dropPackets({ pid, packets }: Victim): () => void {
  if (nft === undefined) throw new Error('nftables is not installed');
  const table = `canopy_failover_${pid}`;
  const rules = packets.map((match) => `${match} drop`);
  const lines = ['type filter hook output priority 0;', ...rules].join('\n');
  execFileSync(nft, ['-f', '-'], { input: `table inet ${table} {\nchain out {\n${lines}\n}\n}\n` });
  const undo = () => {
    process.off('exit', undo);
    execFileSync(nft, ['delete', 'table', 'inet', table]);
  };
  // The kernel keeps it for whoever is interrupted.
  process.once('exit', undo);
  return undo;
}
