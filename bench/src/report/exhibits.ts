import type { Exhibit } from './exhibit.ts';
import { capacity, placement, plan, planScale, simulation } from './exhibits/computed.ts';
import { meeting, signaling, tiles } from './exhibits/crowds.ts';
import { forwarding, memory, pipeHop, sessionCreate } from './exhibits/edge.ts';
import { failover, reconnect, resume, workerLoss } from './exhibits/losses.ts';
import { grow, join, keyframes, thinLinks } from './exhibits/mesh.ts';

/** By the bench's name. */
const exhibits: Readonly<Record<string, Exhibit<never>>> = {
  capacity,
  failover,
  forwarding,
  grow,
  join,
  keyframes,
  meeting,
  memory,
  'pipe-hop': pipeHop,
  placement,
  plan,
  'plan-scale': planScale,
  reconnect,
  resume,
  'session-create': sessionCreate,
  signaling,
  simulate: simulation,
  'thin-links': thinLinks,
  tiles,
  'worker-loss': workerLoss,
};

/** How the bench's results are shown; undefined: by their summary alone. Saved results have the shape that the bench gave them. */
export function exhibitOf(bench: string): Exhibit<object> | undefined {
  return exhibits[bench] as Exhibit<object> | undefined;
}
