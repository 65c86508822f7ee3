import { openDataDir } from '../data-dir.ts';
import { Guard } from '../processes/guard.ts';
import type { ManagedProcess } from '../processes/managed-process.ts';
import { keepPort } from '../processes/ports.ts';
import { startAll, stopAll } from '../processes/start-all.ts';
import { type Services, startServicesUnder } from '../services/services.ts';
import { compositor } from './compositor.ts';
import type { Edge } from './edge.ts';
import { layOutNodes } from './nodes.ts';
import { allHere, type Places } from './place.ts';
import { edgesAreReady } from './readiness.ts';
import type { RecordingStore } from './recordings.ts';
import type { ApiKey, Replica } from './replica.ts';

export interface MeshOptions {
  /** One edge for each entry; default: {@link defaultRegions}. */
  regions?: readonly string[];
  /** mediasoup workers of each edge; default 1. */
  workers?: number;
  /** Processes of the control plane; default 1. */
  replicas?: number;
  /** Edges record, for which they need ffmpeg; default: true. */
  records?: boolean;
  /** A compositor makes recordings into files; default: none. */
  composes?: boolean;
  /** A TURN server beside each edge; default: none. */
  turn?: boolean;
  /** Where recordings are kept; default: in its data. */
  recordingStore?: RecordingStore;
  /** The first replica's HTTP port; default: a free one. */
  webPort?: number;
  /** Where data and logs go; default: a temporary folder that goes with the mesh. */
  dataDir?: string;
  /** Who may use the API; default: everybody. */
  apiKey?: ApiKey;
  /** Settings on top of the mesh's own, CONTROL_… and EDGE_…. */
  replicaEnv?: Readonly<Record<string, string>> | ((replica: { id: string }) => Record<string, string>);
  edgeEnv?: Readonly<Record<string, string>> | ((edge: { id: string; region: string }) => Record<string, string>);
  /** DATABASE_URL, REDIS_URL, NATS_URL of services that run already. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Where nodes run; default: all here. */
  places?: Places;
  /** Ends the start; what was started is stopped. */
  signal?: AbortSignal;
  /** Hears one line for each step. */
  report?: (text: string) => void;
  /** Other programs in place of the real ones, for tests of the launcher and of upgrades. */
  entries?: { replica?: string; edge?: string };
}

export interface Mesh extends AsyncDisposable {
  /** Of the first replica: web app, REST, `/v1/signal`. */
  url: string;
  replicas: readonly Replica[];
  edges: readonly Edge[];
  /** One, if the mesh composes. */
  compositors: readonly ManagedProcess[];
  services: Services;
  dataDir: string;
  /** One more edge, as of a region that is added; resolves when it is ready. */
  addEdge(region: string): Promise<Edge>;
  /** Resolves when every replica shows every edge as ready; the start waits for it, tests may again. */
  ready(): Promise<void>;
  /** Gives every node another certificate while it runs. */
  renewCertificates(): Promise<void>;
  /** Stops everything, in reverse order of the start. */
  stop(): Promise<void>;
}

/** Starts services, control plane and edges, on 127.0.0.1 unless they have places elsewhere, and resolves when all edges are ready. Nothing of it stays behind, however this process ends. */
export async function startMesh(options: MeshOptions = {}): Promise<Mesh> {
  const report = options.report ?? (() => {});
  await using stack = new AsyncDisposableStack();
  const dataDir = stack.use(openDataDir(options.dataDir)).path;
  const guard = stack.use(new Guard());
  if (options.webPort !== undefined) keepPort(options.webPort);
  report('starting PostgreSQL, Redis and NATS');
  const services = stack.use(await startServicesUnder(guard, dataDir, options));
  const { control } = options.places ?? allHere;
  const { databaseUrl, redisUrl, natsUrl } = services;
  for (const url of [databaseUrl, redisUrl, natsUrl]) await control.offer(Number(new URL(url).port));
  const nodes = await layOutNodes(options, services, dataDir, guard);
  const { replicas, edges } = nodes;
  const [first] = replicas;
  if (first === undefined) throw new Error('a mesh needs a replica of the control plane');

  const relays = () => edges.flatMap(({ relay }) => relay ?? []);
  const composing = options.composes === true ? [compositor(services, dataDir, options.recordingStore, guard)] : [];
  report(`starting the control plane (${replicas.length})`);
  report(`starting edges: ${edges.map((edge) => edge.id).join(', ')}`);
  stack.defer(() => stopAll(replicas));
  stack.defer(() => stopAll([...relays(), ...edges]));
  stack.defer(() => stopAll(composing));
  // None of them waits for another: whoever comes first seeks the others until they are there.
  await startAll([...replicas, ...relays(), ...edges, ...composing], options.signal);
  const seenBy = async (witnesses: readonly Replica[], awaited: readonly Edge[]) => {
    await Promise.all(witnesses.map((replica) => edgesAreReady(replica, awaited, options.signal)));
  };
  const ready = () => seenBy(replicas, edges);
  await ready();

  const addEdge = async (region: string) => {
    const edge = await nodes.moreEdge(region);
    edges.push(edge);
    try {
      await edge.relay?.start(options.signal);
      await edge.start(options.signal);
      // Others may have been killed before.
      const running = replicas.filter(({ pid }) => pid !== undefined);
      await seenBy(running, [edge]);
    } catch (error) {
      edges.splice(edges.indexOf(edge), 1);
      await stopAll(edge.relay === undefined ? [edge] : [edge.relay, edge]);
      throw error;
    }
    return edge;
  };

  const owned = stack.move();
  const stop = () => owned.disposeAsync();
  return {
    url: first.url,
    replicas,
    edges,
    compositors: composing,
    services,
    dataDir,
    addEdge,
    ready,
    renewCertificates: () => nodes.renewCertificates(),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
