import { allHere, type Edge, type Places } from '@canopy/local-mesh';
import { dropsPackets, type Victim } from './faults.ts';
import { tcpPorts, workerOf } from './process-sockets.ts';

/** Ids that no group has by convention (Linux Standard Base: those below 500 and 65,534 do). */
const firstGroup = 40_000;

/** Places on this machine where every edge is in a group of its own: a firewall knows its packets by it, also those of connections that it opens later. Where no packets can be dropped they are as any other. */
export class PacketGroups {
  readonly #groups = new Map<string, number>();

  readonly places: Places = {
    control: allHere.control,
    edge: (edge) => {
      if (!dropsPackets) return allHere.edge(edge);
      const group = this.#groupOf(edge.id);
      return {
        ...allHere.edge(edge),
        command: (command, args) => ['setpriv', [`--regid=${group}`, '--clear-groups', command, ...args]],
      };
    },
  };

  /** What nftables matches the packets by that an edge sends. */
  packetsOf(edgeId: string): string[] {
    return [`meta skgid ${this.#groupOf(edgeId)}`];
  }

  #groupOf(edgeId: string): number {
    const group = this.#groups.get(edgeId) ?? firstGroup + this.#groups.size;
    this.#groups.set(edgeId, group);
    return group;
  }
}

/** An edge of a mesh that is in such groups. */
export function victimOf({ id, pid }: Edge, groups: PacketGroups): Victim {
  if (pid === undefined) throw new Error('the edge does not run');
  // The kernel sends on from a socket that its process has closed: nobody's packets then.
  const packets = [...groups.packetsOf(id), ...tcpPorts(pid).map((port) => `tcp sport ${port}`)];
  return { pid, workerPid: workerOf(pid), packets };
}
