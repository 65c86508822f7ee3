import { setTimeout as delay } from 'node:timers/promises';
import type { Mesh } from '@canopy/local-mesh';
import { cpuMs } from './process-cpu.ts';

/** CPU time in ms, or ms per ms. Services (PostgreSQL, Redis, NATS) are not in it. */
export interface MeshCpu {
  controlPlane: number;
  edges: number;
}

/** What control plane and edges, workers included, have used so far. */
export function meshCpu({ replicas, edges }: Pick<Mesh, 'replicas' | 'edges'>): MeshCpu {
  const pids = (nodes: readonly { pid: number | undefined }[]) =>
    nodes.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  return { controlPlane: cpuMs(pids(replicas)), edges: cpuMs(pids(edges)) };
}

/** What they use per ms while nobody comes or goes. */
export async function restingCpu(mesh: Pick<Mesh, 'replicas' | 'edges'>, ms: number): Promise<MeshCpu> {
  const startedAt = performance.now();
  const before = meshCpu(mesh);
  await delay(ms);
  const after = meshCpu(mesh);
  const passed = performance.now() - startedAt;
  return {
    controlPlane: (after.controlPlane - before.controlPlane) / passed,
    edges: (after.edges - before.edges) / passed,
  };
}
