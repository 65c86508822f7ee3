import { setTimeout as delay } from 'node:timers/promises';
import type { Mesh } from '@canopy/local-mesh';
import { Webinar } from '../grow/webinar.ts';
import { firstFrameMs, untilArrivedAnew } from './arrivals-anew.ts';
import { AudienceMesh } from './audience-mesh.ts';
import { type FaultKind, inflict } from './faults.ts';
import { untilFlowing } from './flowing.ts';
import type { OwnEdgeDrain, OwnEdgeLoss } from './own-edge-result.ts';
import { victimOf } from './packet-groups.ts';
import { longestPause } from './pauses.ts';
import { WatchedMeeting } from './watched-meeting.ts';

const publisherRegion = 'eu-central-1';
const viewerRegion = 'us-east-1';
const settleMs = 2_000;
const calmMs = 1_000;

/** A mesh with a publisher far away, and two edges near those who watch, so that one can take over from the other. */
export class OwnEdge implements AsyncDisposable {
  readonly #audience: AudienceMesh;
  readonly #viewers: number;

  static async start(viewers: number): Promise<OwnEdge> {
    return new OwnEdge(await AudienceMesh.start([publisherRegion, viewerRegion, viewerRegion]), viewers);
  }

  private constructor(audience: AudienceMesh, viewers: number) {
    this.#audience = audience;
    this.#viewers = viewers;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#audience[Symbol.asyncDispose]();
  }

  get #mesh(): Mesh {
    return this.#audience.mesh;
  }

  /** Loses the edge of an audience once. The gaps of each viewer, ms. */
  async lose(kind: FaultKind): Promise<OwnEdgeLoss> {
    await using meeting = await this.#meet();
    const { edge, viewers } = meeting;
    const lostAt = performance.now();
    let heal = () => {};
    const arrivedAnew = await untilArrivedAnew(viewers, () => {
      heal = inflict(kind, victimOf(edge, this.#audience.groups));
    });
    await delay(calmMs);
    const endsAt = performance.now();
    heal();
    const firstFramesMs = viewers.map((viewer) => firstFrameMs(viewer, lostAt, arrivedAnew));
    await meeting.leave();
    await edge.restart();
    await this.#mesh.ready();
    return {
      firstFrameMs: firstFramesMs,
      pauseMs: viewers.map((viewer) => longestPause(viewer.arrivals, lostAt, endsAt)),
    };
  }

  /** Empties the edge of an audience once. */
  async drain(): Promise<OwnEdgeDrain> {
    await using meeting = await this.#meet();
    const { edge, viewers } = meeting;
    const startedAt = performance.now();
    const arrivedAnew = await untilArrivedAnew(viewers, () => this.#post(`/v1/edges/${edge.id}/drain`));
    await delay(calmMs);
    const endsAt = performance.now();
    const result = {
      framesLost: viewers.reduce((sum, viewer) => sum + viewer.framesLost(startedAt - calmMs, endsAt), 0),
      moves: viewers.filter(arrivedAnew).length,
      withoutMedia: viewers.filter((viewer) => !arrivedAnew(viewer)).length,
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
    const viewers = await this.#audience.viewers(webinar, viewerRegion, this.#viewers);
    await delay(settleMs);
    const edge = this.#mesh.edges.find(({ id }) => id === viewers[0]?.edgeId);
    if (edge === undefined || edge.id === publisher.edgeId) throw new Error('the audience is on no edge of its own');
    const onEdge = viewers.filter(({ edgeId }) => edgeId === edge.id);
    await untilFlowing(onEdge);
    return new WatchedMeeting(publisher, onEdge, viewers, edge);
  }

  async #post(path: string): Promise<void> {
    const response = await fetch(`${this.#mesh.url}${path}`, { method: 'POST' });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  }
}
