import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nameEdges } from './mesh/regions.ts';
import { obey } from './orders.ts';

function edges() {
  const done: string[] = [];
  const edge = {
    id: 'us-east-1-1',
    pid: 1,
    start: async () => void done.push('start'),
    kill: (signal: NodeJS.Signals) => void done.push(signal),
    exited: async () => undefined,
  };
  const addEdge = async (region: string) => {
    throw new Error(`would add ${region}`);
  };
  return { done, mesh: { edges: [edge], addEdge } };
}

test('an edge is killed and started', async () => {
  const { done, mesh } = edges();
  await obey(mesh, 'kill us-east-1-1');
  await obey(mesh, ' start  us-east-1-1 ');
  expect(done).toEqual(['SIGKILL', 'start']);
});

test('a region is added', async () => {
  await expect(obey(edges().mesh, 'add sa-east-1')).rejects.toThrow('would add sa-east-1');
});

test('what is no order, or no edge, is answered with what there is', async () => {
  await expect(obey(edges().mesh, 'destroy everything')).rejects.toThrow('add REGION, kill EDGE, start EDGE');
  await expect(obey(edges().mesh, 'kill mars-1')).rejects.toThrow('us-east-1-1');
});

/** In the order of the guide, what is typed into the terminal that `npm start` runs in. */
const ordersOfADay = () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/operations/a-day.md'), 'utf8');
  return [...guide.matchAll(/^ *```\n *((?:add|kill|start) .+)\n *```$/gm)].map(([, order = '']) => order);
};

test('the orders of a day are orders, to edges that are there by then', async () => {
  const done: string[] = [];
  const toy = (id: string) => ({
    id,
    start: async () => void done.push(`start ${id}`),
    kill: () => void done.push(`kill ${id}`),
    exited: async () => undefined,
  });
  const ids = (regions: readonly string[]) => nameEdges(regions).map(({ id }) => id);
  const mesh = {
    edges: ids(['eu-central-1', 'us-east-1']).map(toy),
    addEdge: async (region: string) => {
      const added = toy(ids([region])[0] ?? '');
      done.push(`add ${added.id}`);
      mesh.edges.push(added);
      return added;
    },
  };
  for (const order of ordersOfADay()) await obey(mesh, order);
  expect(done).toEqual(['add ap-southeast-1-1', 'kill ap-southeast-1-1', 'start ap-southeast-1-1']);
});
