import type { Edge } from './mesh/edge.ts';
import { StartError } from './processes/start-error.ts';

/** What an order needs of an edge. */
type Ordered = Pick<Edge, 'id' | 'start' | 'kill' | 'exited'>;

/**
 * Does what a line says, and returns the edge it was done to: `add REGION` is a new edge, `kill EDGE` a host that is gone from
 * one moment to the next, `start EDGE` the same host again.
 */
export async function obey<E extends Ordered>(
  mesh: { edges: readonly E[]; addEdge(region: string): Promise<E> },
  line: string,
): Promise<E> {
  const [, order, name = ''] = /^\s*(add|kill|start)\s+([a-z][a-z0-9-]{0,40})\s*$/.exec(line) ?? [];
  if (order === undefined) throw new StartError('The orders are: add REGION, kill EDGE, start EDGE.');
  if (order === 'add') return await mesh.addEdge(name);
  const { edges } = mesh;
  const edge = edges.find(({ id }) => id === name);
  if (edge === undefined) throw new StartError(`There is no edge ${name}: ${edges.map(({ id }) => id).join(', ')}.`);
  if (order === 'start') await edge.start();
  else {
    edge.kill('SIGKILL');
    await edge.exited();
  }
  return edge;
}
