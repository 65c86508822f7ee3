import type { EdgeState, LinkState } from '@canopy/proto/edge_media';
import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import type { EdgeRecord } from '../../core/edges/edge-record.ts';
import type { GeoPoint } from '../../core/placement/types.ts';
import type { EdgeMedia } from './edge-media.ts';

export interface MeshDeps {
  edges: { list(): readonly EdgeRecord[]; location(region: string): GeoPoint };
  media: Pick<EdgeMedia, 'getState'>;
  clock: Clock;
  logger: Logger;
}

export interface Mesh {
  edges: readonly { record: EdgeRecord; location: GeoPoint }[];
  /** As the children see them. */
  links: readonly LinkState[];
}

/** Callers within this time share one look at the edges. */
const freshForMs = 500;

/** The whole mesh as it is now: every edge, and the links the edges say they have. */
export class MeshLook {
  readonly #deps: MeshDeps;
  #last: { at: number; mesh: Promise<Mesh> } | undefined;

  constructor(deps: MeshDeps) {
    this.#deps = deps;
  }

  look(): Promise<Mesh> {
    const now = this.#deps.clock.now();
    if (this.#last === undefined || now - this.#last.at >= freshForMs) this.#last = { at: now, mesh: this.#ask() };
    return this.#last.mesh;
  }

  async #ask(): Promise<Mesh> {
    const records = this.#deps.edges.list();
    const states = await Promise.all(
      records.filter(({ status }) => status === 'alive').map(({ heartbeat }) => this.#state(heartbeat.edgeId)),
    );
    return {
      edges: records.map((record) => ({ record, location: this.#deps.edges.location(record.heartbeat.region) })),
      links: states.flatMap((state) => state?.links ?? []),
    };
  }

  async #state(edgeId: string): Promise<EdgeState | undefined> {
    try {
      return await this.#deps.media.getState(edgeId, { meetingId: '' });
    } catch (error) {
      this.#deps.logger.warn({ err: error, edgeId }, 'an edge did not tell its state');
      return undefined;
    }
  }
}
