import { join } from 'node:path';
import type { Guard } from '../processes/guard.ts';
import { freePorts } from '../processes/ports.ts';
import { projectFolder } from '../project.ts';
import type { Services } from '../services/services.ts';
import { Authority } from './authority.ts';
import { Edge } from './edge.ts';
import type { MeshOptions } from './mesh.ts';
import { defaultRegions, nameEdges } from './regions.ts';
import { Replica } from './replica.ts';

const mainOf = (workspace: string) => join(projectFolder, workspace, 'src', 'main.ts');

/** Gives every node of the mesh its ports and its certificate. None of them runs yet. */
export async function layOutNodes(
  options: MeshOptions,
  services: Services,
  dataDir: string,
  guard: Guard,
): Promise<{ replicas: Replica[]; edges: Edge[] }> {
  const replicaIds = Array.from({ length: options.replicas ?? 1 }, (_, index) => `control-plane-${index + 1}`);
  const edgeNames = nameEdges(options.regions ?? defaultRegions);
  const authority = await Authority.create(join(dataDir, 'tls'));
  const ports = await freePorts(2 * (replicaIds.length + edgeNames.length));
  const nextPort = () => ports.pop() ?? 0;
  const node = async (id: string) => ({ id, services, dataDir, grpcPort: nextPort(), tls: await authority.issue(id) });

  const replicas = await Promise.all(
    replicaIds.map(async (id, index) => {
      const httpPort = index === 0 && options.webPort !== undefined ? options.webPort : nextPort();
      const entry = options.entries?.replica ?? mainOf('control-plane');
      const { apiKey, replicaEnv = {} } = options;
      const env = typeof replicaEnv === 'function' ? replicaEnv({ id }) : replicaEnv;
      return new Replica({ ...(await node(id)), httpPort, apiKey, entry, env }, guard);
    }),
  );
  const controlPlanes = replicas.map((replica) => replica.grpcAddress);
  const { workers = 1, edgeEnv = {} } = options;
  const edges = await Promise.all(
    edgeNames.map(async ({ id, region }) => {
      const entry = options.entries?.edge ?? mainOf('edge-node');
      const env = typeof edgeEnv === 'function' ? edgeEnv({ id, region }) : edgeEnv;
      return new Edge({ ...(await node(id)), region, workers, httpPort: nextPort(), controlPlanes, entry, env }, guard);
    }),
  );
  return { replicas, edges };
}
