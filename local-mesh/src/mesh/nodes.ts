import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { TlsFiles } from '@canopy/runtime/grpc';
import type { MeshIdentity } from '@canopy/runtime/mesh-identity';
import type { Guard } from '../processes/guard.ts';
import { freePorts } from '../processes/ports.ts';
import { projectFolder } from '../project.ts';
import type { Services } from '../services/services.ts';
import { Authority } from './authority.ts';
import { Edge } from './edge.ts';
import type { MeshOptions } from './mesh.ts';
import { allHere, type Place } from './place.ts';
import { defaultRegions, nameEdges } from './regions.ts';
import { Replica } from './replica.ts';
import { TurnServer } from './turn-server.ts';

/** No secret, and the same each time: the database of a local mesh may be kept. */
const localSealingKeys = `local:${'canopy'.repeat(8).slice(0, 43)}=`;

const mainOf = (workspace: string) => join(projectFolder, workspace, 'src', 'main.ts');

interface Nodes {
  replicas: Replica[];
  edges: Edge[];
  /** One more edge, which does not run yet. */
  moreEdge(region: string): Promise<Edge>;
  /** Gives all others, in the same files. */
  renewCertificates(): Promise<void>;
}

/** Gives every node of the mesh its ports and its certificate. None of them runs yet. */
export async function layOutNodes(
  options: MeshOptions,
  services: Services,
  dataDir: string,
  guard: Guard,
): Promise<Nodes> {
  const replicaIds = Array.from({ length: options.replicas ?? 1 }, (_, index) => `control-plane-${index + 1}`);
  const edgeNames = nameEdges(options.regions ?? defaultRegions);
  const { control, edge: placeOf, relay: placeOfRelay = placeOf } = options.places ?? allHere;
  const authority = await Authority.create(join(dataDir, 'tls'));
  const ports = await freePorts(2 * (replicaIds.length + edgeNames.length));
  const nextPort = () => ports.pop() ?? 0;
  const issuers: (() => Promise<TlsFiles>)[] = [];
  const node = async (id: string, place: Place, identity: MeshIdentity) => {
    const issue = () => authority.issue(id, identity, place.address);
    issuers.push(issue);
    const tls = await issue();
    return { id, place, dataDir, recordingStore: options.recordingStore, grpcPort: nextPort(), tls };
  };

  const replicas = await Promise.all(
    replicaIds.map(async (id, index) => {
      const httpPort = index === 0 && options.webPort !== undefined ? options.webPort : nextPort();
      const url = `http://${await control.reach(httpPort)}`;
      const entry = options.entries?.replica ?? mainOf('control-plane');
      const sealingKeys = options.entries?.replica === undefined ? localSealingKeys : undefined;
      const { apiKey, replicaEnv = {} } = options;
      const env = typeof replicaEnv === 'function' ? replicaEnv({ id }) : replicaEnv;
      const own = await node(id, control, { role: 'control-plane' });
      return new Replica({ ...own, services, httpPort, url, sealingKeys, apiKey, entry, env }, guard);
    }),
  );
  const everywhere = {
    controlPlanes: replicas.map((replica) => replica.grpcAddress),
    natsUrl: seenFrom(control, services.natsUrl),
    entry: options.entries?.edge ?? mainOf('edge-node'),
    workers: options.workers ?? 1,
    records: options.records ?? true,
  };
  const relayOf = async (edge: { id: string; region: string }, edgeAddress: string) => {
    const place = placeOfRelay(edge);
    const name = `${edge.id}-turn`;
    const [port = 0, tlsPort = 0] = await freePorts(2);
    const [address, tls] = await Promise.all([place.reach(port), authority.issue(name, undefined, place.address)]);
    const secret = randomBytes(24).toString('hex');
    return new TurnServer({ name, place, port, tlsPort, tls, address, secret, edgeAddress, dataDir }, guard);
  };
  const { edgeEnv = {} } = options;
  const newEdge = async ({ id, region }: { id: string; region: string }) => {
    const env = typeof edgeEnv === 'function' ? edgeEnv({ id, region }) : edgeEnv;
    const place = placeOf({ id, region });
    const own = { ...(await node(id, place, { role: 'edge', edgeId: id })), region, httpPort: nextPort(), env };
    const [httpAddress, grpcAddress] = await Promise.all([place.reach(own.httpPort), place.reach(own.grpcPort)]);
    const relay = options.turn === true ? await relayOf({ id, region }, place.address) : undefined;
    return new Edge({ ...everywhere, ...own, httpAddress, grpcAddress, relay }, guard);
  };
  const edges = await Promise.all(edgeNames.map(newEdge));
  const moreEdge = async (region: string) => {
    ports.push(...(await freePorts(2)));
    const named = nameEdges([...edges.map((edge) => edge.region), region]).at(-1);
    return await newEdge(named ?? { id: region, region });
  };
  const renewCertificates = async () => {
    await Promise.all(issuers.map((issue) => issue()));
    for (const { pid } of [...replicas, ...edges]) if (pid !== undefined) process.kill(pid, 'SIGHUP');
  };
  return { replicas, edges, moreEdge, renewCertificates };
}

/** The URL of a service of this process's 127.0.0.1 that is offered at a place. */
function seenFrom({ address }: Place, serviceUrl: string): string {
  const url = new URL(serviceUrl);
  if (url.hostname === '127.0.0.1') url.hostname = address;
  return url.href;
}
