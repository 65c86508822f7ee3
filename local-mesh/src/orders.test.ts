import { expect, test } from 'vitest';
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
