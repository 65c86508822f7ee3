import type { LinkState } from '@canopy/proto/edge_media';
import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import type { EdgeRecord } from '../../core/edges/edge-record.ts';
import type { GeoPoint } from '../../core/placement/types.ts';
import type { EdgeMedia } from './edge-media.ts';

export interface MeshDeps {
  edges: { list(): readonly EdgeRecord[]; location(region: string): GeoPoint | undefined };
  media: Pick<EdgeMedia, 'getState'>;
  agreement: { readonly version: number };
  clock: Clock;
  logger: Logger;
}

export interface Mesh {
  edges: readonly { record: EdgeRecord; location: GeoPoint | undefined }[];
  /** The version of the protocol that everybody speaks. */
  protocol: number;
  /** As the children see them. */
  links: readonly LinkState[];
}

/** Callers within this time share one round of questions to the edges. */
const freshForMs = 500;

/** The whole mesh as it is now: every edge, and the links the edges say they have. */
export class MeshLook {
  readonly #deps: MeshDeps;
  #asked: { at: number; links: Promise<LinkState[]> } | undefined;

  constructor(deps: MeshDeps) {
    this.#deps = deps;
  }

  async look(): Promise<Mesh> {
    const now = this.#deps.clock.now();
    if (this.#asked === undefined || now - this.#asked.at >= freshForMs) this.#asked = { at: now, links: this.#ask() };
    const links = await this.#asked.links;
    const edges = this.#deps.edges.list();
    return {
      edges: edges.map((record) => ({ record, location: this.#deps.edges.location(record.heartbeat.region) })),
      links,
      protocol: this.#deps.agreement.version,
    };
  }

  async #ask(): Promise<LinkState[]> {
    const alive = this.#deps.edges.list().filter(({ status, understood }) => status === 'alive' && understood);
    return (await Promise.all(alive.map(({ heartbeat }) => this.#links(heartbeat.edgeId)))).flat();
  }

  async #links(edgeId: string): Promise<LinkState[]> {
    try {
      return (await this.#deps.media.getState(edgeId, { meetingId: '', linksOnly: true })).links;
    } catch (error) {
      this.#deps.logger.warn({ err: error, edgeId }, 'an edge did not tell its state');
      return [];
    }
  }
}
