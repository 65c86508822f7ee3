import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { lastLines, StartError } from '../processes/start-error.ts';
import type { Edge } from './edge.ts';
import type { Replica } from './replica.ts';

const meshView = z.object({ edges: z.array(z.object({ id: z.string(), state: z.string() })) });
const timeoutMs = 60_000;
const askAgainMs = 50;

/** Resolves when the replica's `GET /v1/mesh` shows all edges ready. */
export async function edgesAreReady(replica: Replica, edges: readonly Edge[], signal?: AbortSignal): Promise<void> {
  const deadline = AbortSignal.timeout(timeoutMs);
  let missing = edges.map((edge) => edge.id);
  while (missing.length > 0) {
    if (deadline.aborted)
      throw new StartError(`${replica.id} does not see these edges as ready: ${missing.join(', ')}.`);
    signal?.throwIfAborted();
    for (const { pid, spec } of edges)
      if (pid === undefined)
        throw new StartError(`${spec.name} ended. The end of ${spec.logFile}:\n${lastLines(spec.logFile)}`);
    const ready = await readyEdges(replica);
    missing = edges.map((edge) => edge.id).filter((id) => !ready.includes(id));
    if (missing.length > 0) await delay(askAgainMs);
  }
}

async function readyEdges(replica: Replica): Promise<string[]> {
  const headers = replica.authorization;
  const response = await fetch(`${replica.url}/v1/mesh`, { headers, signal: AbortSignal.timeout(30_000) });
  if (!response.ok) throw new StartError(`${replica.url}/v1/mesh answered ${response.status}.`);
  const view = meshView.parse(await response.json());
  return view.edges.filter((edge) => edge.state === 'ready').map((edge) => edge.id);
}
