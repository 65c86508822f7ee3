import { percentile, rounded, type Spread, spread } from '../statistics.ts';
import type { Flow } from './flow.ts';

/** Who forwards: a Canopy edge, worker and Node, Janus with OpenSSL and one event loop, Janus as Debian has it, and what can't be done without. */
export const forwarders = ['canopy', 'janus', 'janusStock', 'floor'] as const;
export type ForwarderName = (typeof forwarders)[number];

/** One flow of each forwarder, one right after the other. */
export type Round = Partial<Record<ForwarderName, Flow>>;

interface Forwarding {
  /** CPU for one packet to one viewer, of all that the forwarder consists of. */
  microsecondsPerPacket: Spread;
  /** Of that, what an edge's Node takes, which sees no packets; absent for other forwarders. */
  nodeMicrosecondsPerPacket?: Spread;
  /** The least share of the packets that arrived in any round. */
  arrived: number;
}

export interface Comparison {
  /** Those who took part. */
  forwarders: Partial<Record<ForwarderName, Forwarding>>;
  /** CPU of Canopy's edge, worker and Node, over that of another in the same round. */
  canopyTo: Partial<Record<Exclude<ForwarderName, 'canopy'>, Spread>>;
}

export function judge(rounds: readonly Round[]): Comparison {
  const comparison: Comparison = { forwarders: {}, canopyTo: {} };
  for (const name of forwarders) {
    const flows = rounds.flatMap((round) => round[name] ?? []);
    if (flows.length === 0) continue;
    const byNode = flows.flatMap(({ nodeCpuMs, packets }) =>
      nodeCpuMs === undefined ? [] : [microsecondsOf({ cpuMs: nodeCpuMs, packets })],
    );
    comparison.forwarders[name] = {
      microsecondsPerPacket: spread(flows.map(microsecondsOf), 2),
      ...(byNode.length > 0 && { nodeMicrosecondsPerPacket: spread(byNode, 2) }),
      arrived: rounded(
        percentile(
          flows.map(({ arrived }) => arrived),
          0,
        ),
        4,
      ),
    };
    if (name === 'canopy') continue;
    const ratios = rounds.flatMap(({ canopy, [name]: other }) =>
      canopy === undefined || other === undefined ? [] : [microsecondsOf(canopy) / microsecondsOf(other)],
    );
    if (ratios.length > 0) comparison.canopyTo[name] = spread(ratios, 2);
  }
  return comparison;
}

function microsecondsOf({ cpuMs, packets }: Pick<Flow, 'cpuMs' | 'packets'>): number {
  return (cpuMs * 1_000) / packets;
}
