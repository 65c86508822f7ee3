import { afterAll, beforeAll } from 'vitest';
import type { ControlPlane } from '../context.ts';
import type { FakeEdge } from './fake-edge.ts';
import { TestMesh, type TestMeshOptions } from './mesh.ts';

/** Two replicas and the one edge they hear: enough for what goes over signaling. */
export interface Pair {
  readonly mesh: TestMesh;
  readonly europe: FakeEdge;
  readonly one: ControlPlane;
  readonly two: ControlPlane;
}

/** A pair for all tests of the file that calls this: it is there in hooks that come later, and in tests. */
export function pairForTests(options: TestMeshOptions = {}): Pair {
  let mesh: TestMesh | undefined;
  let europe: FakeEdge | undefined;
  let replicas: [ControlPlane, ControlPlane] | undefined;
  beforeAll(async () => {
    mesh = await TestMesh.create(options);
    europe = await mesh.edge('europe', 'eu-central-1');
    replicas = await Promise.all([mesh.replica(), mesh.replica()]);
    await mesh.untilHeard(replicas, ['europe']);
  });
  afterAll(() => mesh?.[Symbol.asyncDispose]());
  const started = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('the pair has not been started');
    return part;
  };
  return {
    get mesh() {
      return started(mesh);
    },
    get europe() {
      return started(europe);
    },
    get one() {
      return started(replicas)[0];
    },
    get two() {
      return started(replicas)[1];
    },
  };
}
