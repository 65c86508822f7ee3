import { setTimeout as delay } from 'node:timers/promises';
import { type Edge, type Mesh, startMesh } from '@canopy/local-mesh';
import { Authority } from '@canopy/local-mesh/testing/authority';
import type { PeerCertificate } from '../grow/peer.ts';
import { Webinar } from '../grow/webinar.ts';
import { type FaultKind, inflict, type Victim } from './faults.ts';
import { MovingViewer } from './moving-viewer.ts';
import type { OwnEdgeDrain, OwnEdgeLoss } from './own-edge-result.ts';
import { PacketGroups } from './packet-groups.ts';
import { longestPause } from './pauses.ts';
import { tcpPorts, workerOf } from './process-sockets.ts';
import { WatchedMeeting } from './watched-meeting.ts';

const publisherRegion = 'eu-central-1';
const viewerRegion = 'us-east-1';
const settleMs = 2_000;
/** A viewer who has no picture after this will not have one. */
const patienceMs = 12_000;
const askEveryMs = 20;
const calmMs = 1_000;

/** A mesh with a publisher far away, and two edges near those who watch, so that one can take over from the other. */
export class OwnEdge implements AsyncDisposable {
  readonly #mesh: Mesh;
  readonly #groups: PacketGroups;
  readonly #certificate: PeerCertificate;
  readonly #viewers: number;

  static async start(viewers: number): Promise<OwnEdge> {
    const groups = new PacketGroups();
    const mesh = await startMesh({
      regions: [publisherRegion, viewerRegion, viewerRegion],
      replicaEnv: { CONTROL_TRUSTED_PROXIES: '127.0.0.1/32', LOG_LEVEL: 'warn' },
      edgeEnv: { LOG_LEVEL: 'warn' },
      places: groups.places,
      report: (text) => console.error(text),
    });
    const authority = await Authority.create(`${mesh.dataDir}/viewers`);
    return new OwnEdge(mesh, groups, await authority.issue('viewer'), viewers);
  }

  private constructor(mesh: Mesh, groups: PacketGroups, certificate: PeerCertificate, viewers: number) {
    this.#mesh = mesh;
    this.#groups = groups;
    this.#certificate = certificate;
    this.#viewers = viewers;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#mesh.stop();
  }

  /** Loses the edge of an audience once. The gaps of each viewer, ms. */
  async lose(kind: FaultKind): Promise<OwnEdgeLoss> {
    await using meeting = await this.#meet();
    const { edge, viewers } = meeting;
    const before = viewers.map(({ sessions }) => sessions);
    const lostAt = performance.now();
    const heal = inflict(kind, this.#victim(edge));
    await until(() => viewers.every((viewer, at) => arrivedAnew(viewer, before[at])), patienceMs);
    await delay(calmMs);
    const endsAt = performance.now();
    heal();
    const firstFrameMs = viewers.map((viewer, at) =>
      arrivedAnew(viewer, before[at]) ? (viewer.firstFrameAt ?? 0) - lostAt : Number.POSITIVE_INFINITY,
    );
    await meeting.leave();
    await edge.restart();
    await this.#mesh.ready();
    return { firstFrameMs, pauseMs: viewers.map((viewer) => longestPause(viewer.arrivals, lostAt, endsAt)) };
  }

  /** Empties the edge of an audience once. */
  async drain(): Promise<OwnEdgeDrain> {
    await using meeting = await this.#meet();
    const { edge, viewers } = meeting;
    const before = viewers.map(({ sessions }) => sessions);
    const startedAt = performance.now();
    await this.#post(`/v1/edges/${edge.id}/drain`);
    await until(() => viewers.every((viewer, at) => arrivedAnew(viewer, before[at])), patienceMs);
    await delay(calmMs);
    const endsAt = performance.now();
    const result = {
      framesLost: viewers.reduce((sum, viewer) => sum + viewer.framesLost(startedAt - calmMs, endsAt), 0),
      moves: viewers.filter((viewer, at) => arrivedAnew(viewer, before[at])).length,
      pauseMs: viewers.map((viewer) => longestPause(viewer.arrivals, startedAt, endsAt)),
    };
    await meeting.leave();
    await this.#post(`/v1/edges/${edge.id}/undrain`);
    await this.#mesh.ready();
    return result;
  }

  /** A webinar whose audience is on one edge. */
  async #meet(): Promise<WatchedMeeting> {
    const webinar = await Webinar.create(this.#mesh.url);
    const publisher = await webinar.publisher(publisherRegion);
    const candidates = await webinar.viewersFrom(viewerRegion, this.#viewers);
    const viewers = await Promise.all(candidates.map((one) => MovingViewer.join(one, this.#certificate)));
    await delay(settleMs);
    const edge = this.#mesh.edges.find(({ id }) => id === viewers[0]?.edgeId);
    if (edge === undefined || edge.id === publisher.edgeId) throw new Error('the audience is on no edge of its own');
    return new WatchedMeeting(
      publisher,
      viewers.filter(({ edgeId }) => edgeId === edge.id),
      viewers,
      edge,
    );
  }

  #victim({ id, pid }: Edge): Victim {
    if (pid === undefined) throw new Error('the edge does not run');
    // The kernel sends on from a socket that its process has closed: nobody's packets then.
    const packets = [...this.#groups.packetsOf(id), ...tcpPorts(pid).map((port) => `tcp sport ${port}`)];
    return { pid, workerPid: workerOf(pid), packets };
  }

  async #post(path: string): Promise<void> {
    const response = await fetch(`${this.#mesh.url}${path}`, { method: 'POST' });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  }
}

/** The viewer has a session that it had not, and a picture over it. */
function arrivedAnew(viewer: MovingViewer, sessionsBefore: number | undefined): boolean {
  return viewer.sessions > (sessionsBefore ?? 0) && viewer.firstFrameAt !== undefined;
}

async function until(condition: () => boolean, limitMs: number): Promise<void> {
  const endsAt = performance.now() + limitMs;
  while (!condition() && performance.now() < endsAt) await delay(askEveryMs);
}
