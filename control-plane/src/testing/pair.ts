import type { ControlPlane } from '../context.ts';
import type { FakeEdge } from './fake-edge.ts';
import { TestMesh, type TestMeshOptions } from './mesh.ts';

/** Two replicas and the one edge they hear: enough for what goes over signaling. */
export interface Pair {
  mesh: TestMesh;
  europe: FakeEdge;
  one: ControlPlane;
  two: ControlPlane;
}

/** Everything ends with `mesh`. */
export async function startPair(options: TestMeshOptions = {}): Promise<Pair> {
  const mesh = await TestMesh.create(options);
  const europe = await mesh.edge('europe', 'eu-central-1');
  const [one, two] = await Promise.all([mesh.replica(), mesh.replica()]);
  await mesh.untilHeard([one, two], ['europe']);
  return { mesh, europe, one, two };
}
