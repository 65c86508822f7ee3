import type { Browser } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { type Mesh, type MeshOptions, startMesh } from '../mesh/mesh.ts';
import { nameEdges } from '../mesh/regions.ts';
import { Wan } from '../wan/wan.ts';
import { Attendance, type AttendanceOptions } from './attendance.ts';
import { launchChromium } from './chromium.ts';

/** The node of the control plane and its services. */
export const control = 'control';

export interface WanMeshOptions extends Omit<MeshOptions, 'places' | 'regions'> {
  regions: readonly string[];
  /** Nodes for browsers. */
  clients: readonly string[];
  /** Round trip between two nodes, ms; edges are nodes by their ids, and their TURN servers by {@link relayOf}. Jitter and loss can be set later. */
  rttMs: (a: string, b: string) => number;
}

/** The node of an edge's TURN server, where the mesh has them: it can be within reach when the edge is not. */
export const relayOf = (edgeId: string) => `${edgeId}-turn`;

/** A mesh whose edges, control plane and browsers each have a network of their own, with a WAN between them. */
export interface WanMesh extends AsyncDisposable {
  wan: Wan;
  mesh: Mesh;
  /** Of the app, for browsers of the WAN. */
  url: string;
  /** All nodes but those of clients. */
  nodes: readonly string[];
  /** A browser at a client's node. */
  browser(client: string): Promise<Browser>;
  /** Somebody at a client's node joins, with a small camera, and says to be in a region. They leave when the test ends. */
  attend(meetingId: string, client: string, region: string, options?: AttendanceOptions): Promise<Attendance>;
}

/** Throws a clear error where network namespaces are not permitted. Edges measure each other. */
export async function startWanMesh({ clients, rttMs, ...options }: WanMeshOptions): Promise<WanMesh> {
  await using owned = new AsyncDisposableStack();
  const edgeIds = nameEdges(options.regions).map(({ id }) => id);
  const relays = options.turn === true ? edgeIds.map(relayOf) : [];
  const nodes = [control, ...edgeIds, ...relays];
  const wan = owned.use(await Wan.create({ nodes: [...nodes, ...clients] }));
  const all = [...nodes, ...clients];
  for (const [index, a] of all.entries())
    for (const b of all.slice(index + 1)) await wan.setPath(a, b, { delayMs: rttMs(a, b) / 2 });
  const { edgeEnv = {} } = options;
  const mesh = owned.use(
    await startMesh({
      ...options,
      places: {
        control: wan.place(control),
        edge: ({ id }) => wan.place(id),
        relay: ({ id }) => wan.place(relayOf(id)),
      },
      edgeEnv: (edge) => ({
        EDGE_PROBE_KEY: 'a key for probes in tests',
        ...(typeof edgeEnv === 'function' ? edgeEnv(edge) : edgeEnv),
      }),
    }),
  );
  const url = mesh.replicas[0]?.publicUrl ?? '';
  const trusted = {
    trustedOrigins: [url],
    trustedCertificates: mesh.edges.flatMap(({ relay }) => relay?.tls.certFile ?? []),
  };
  const browsers = new Map<string, Promise<Browser>>();
  const browser = (client: string) => {
    const known = browsers.get(client) ?? launchChromium({ place: wan.place(client), ...trusted });
    browsers.set(client, known);
    return known;
  };
  const attend = async (meetingId: string, client: string, region: string, options?: AttendanceOptions) => {
    const own = { smallCamera: true, ...options };
    const person = await Attendance.join(await browser(client), url, meetingId, client, region, own);
    onTestFinished(() => person[Symbol.asyncDispose]());
    return person;
  };
  owned.defer(async () => void (await Promise.all([...browsers.values()].map(async (one) => (await one).close()))));
  const running = owned.move();
  return { wan, mesh, url, nodes, browser, attend, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
