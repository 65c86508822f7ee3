import type { Clock } from '@canopy/runtime/clock';
import { inTurns } from '@canopy/runtime/in-turns';
import type { Logger } from '@canopy/runtime/logger';
import type { EdgeRecord } from '../../core/edges/edge-record.ts';
import { unlessBusy } from '../unless-busy.ts';
import type { EdgeMedia } from './edge-media.ts';

export interface OrphansDeps {
  edges: { list(): readonly EdgeRecord[] };
  media: Pick<EdgeMedia, 'getState' | 'closeSession'>;
  /** On which edges somebody has media: where it is, and where it moves away from. */
  edgesOf(meetingId: string, participantId: string): Promise<readonly string[]>;
  /** True for the first replica that asks with this key within `forMs`. */
  isFirst(key: string, forMs: number): Promise<boolean>;
  /** A session that was nobody's at one look is closed at the next: joins, and what is left behind by who goes to another meeting, are over by then. */
  lookEveryMs: number;
  clock: Clock;
  logger: Logger;
}

const mostAtOnce = 16;

/**
 * Closes media sessions on edges that are nobody's: of a join whose replica died, or whose answer was lost; of somebody who was
 * removed, and whose edge was not told. Media may have come over them or not: a client that was told to go may stay.
 */
export class Orphans {
  readonly #deps: OrphansDeps;
  /** By edge, those that were nobody's at the last look. */
  readonly #suspects = new Map<string, ReadonlySet<string>>();
  /** Edges that did not answer at the last look: at the next another replica may be the first, which they do answer. */
  readonly #silent = new Set<string>();

  constructor(deps: OrphansDeps) {
    this.#deps = deps;
  }

  /** Looks for them until the returned function is called. */
  run(): () => void {
    const look = unlessBusy(() => this.#look());
    return this.#deps.clock.every(this.#deps.lookEveryMs, () => void look());
  }

  async #look(): Promise<void> {
    const alive = this.#deps.edges.list().filter(({ status, understood }) => status === 'alive' && understood);
    const ids = alive.map(({ heartbeat }) => heartbeat.edgeId);
    for (const known of [this.#suspects, this.#silent])
      for (const edgeId of known.keys()) if (!ids.includes(edgeId)) known.delete(edgeId);
    await inTurns(ids, mostAtOnce, async (edgeId) => {
      try {
        await this.#lookAt(edgeId);
      } catch (error) {
        this.#silent.add(edgeId);
        this.#deps.logger.warn({ err: error, edgeId }, 'sessions on an edge could not be compared');
      }
    });
  }

  async #lookAt(edgeId: string): Promise<void> {
    const { lookEveryMs, media } = this.#deps;
    if (this.#silent.delete(edgeId)) return;
    if (!(await this.#deps.isFirst(`orphans ${edgeId}`, lookEveryMs / 2))) return;
    const { sessions } = await media.getState(edgeId, { meetingId: '' });
    const suspects = this.#suspects.get(edgeId) ?? new Set();
    const nobodys = new Set<string>();
    await inTurns(sessions, mostAtOnce, async ({ meetingId, participantId, openingId }) => {
      if ((await this.#deps.edgesOf(meetingId, participantId)).includes(edgeId)) return;
      const id = [meetingId, participantId, openingId].join(' ');
      nobodys.add(id);
      if (!suspects.has(id)) return;
      this.#deps.logger.info({ edgeId, meetingId, participantId }, 'a session on an edge is nobody’s');
      await media.closeSession(edgeId, { meetingId, participantId, openingId });
    });
    this.#suspects.set(edgeId, nobodys);
  }
}
