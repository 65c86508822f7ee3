import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { lastLines, StartError } from '../processes/start-error.ts';
import type { Edge } from './edge.ts';

const meshView = z.object({ edges: z.array(z.object({ id: z.string(), state: z.string() })) });
const timeoutMs = 20_000;
const askAgainMs = 50;

/** Resolves when `GET /v1/mesh` shows all edges ready. */
export async function edgesAreReady(url: string, edges: readonly Edge[], signal?: AbortSignal): Promise<void> {
  const deadline = AbortSignal.timeout(timeoutMs);
  let missing = edges.map((edge) => edge.id);
  while (missing.length > 0) {
    if (deadline.aborted)
      throw new StartError(`The control plane does not see these edges as ready: ${missing.join(', ')}.`);
    signal?.throwIfAborted();
    for (const { pid, spec } of edges)
      if (pid === undefined)
        throw new StartError(`${spec.name} ended. The end of ${spec.logFile}:\n${lastLines(spec.logFile)}`);
    const ready = await readyEdges(url);
    missing = edges.map((edge) => edge.id).filter((id) => !ready.includes(id));
    if (missing.length > 0) await delay(askAgainMs);
  }
}

async function readyEdges(url: string): Promise<string[]> {
  const response = await fetch(`${url}/v1/mesh`, { signal: AbortSignal.timeout(5_000) });
  const view = meshView.parse(await response.json());
  return view.edges.filter((edge) => edge.state === 'ready').map((edge) => edge.id);
}
