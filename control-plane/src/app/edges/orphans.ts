import type { Clock } from '@canopy/runtime/clock';
import { inTurns } from '@canopy/runtime/in-turns';
import type { Logger } from '@canopy/runtime/logger';
import type { EdgeRecord } from '../../core/edges/edge-record.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import { unlessBusy } from '../unless-busy.ts';
import type { EdgeMedia } from './edge-media.ts';

export interface OrphansDeps {
  edges: { list(): readonly EdgeRecord[] };
  media: Pick<EdgeMedia, 'getState' | 'closeSession'>;
  store: Pick<MeetingStateStore, 'session'>;
  /** True for the first replica that asks with this key within `forMs`. */
  isFirst(key: string, forMs: number): Promise<boolean>;
  /** A session that was nobody's at one look is closed at the next: moves and joins are over by then. */
  lookEveryMs: number;
  clock: Clock;
  logger: Logger;
}

const mostAtOnce = 16;

/**
 * Closes media sessions on edges that are nobody's: of a join whose replica died, or whose answer was lost. One over which
 * media came ends by itself when it is left; one that never began would stay, and hold what it was to receive.
 */
export class Orphans {
  readonly #deps: OrphansDeps;
  /** By edge, those that were nobody's at the last look. */
  readonly #suspects = new Map<string, ReadonlySet<string>>();

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
    for (const edgeId of this.#suspects.keys()) if (!ids.includes(edgeId)) this.#suspects.delete(edgeId);
    await inTurns(ids, mostAtOnce, async (edgeId) => {
      try {
        await this.#lookAt(edgeId);
      } catch (error) {
        this.#deps.logger.debug({ err: error, edgeId }, 'sessions on an edge could not be compared');
      }
    });
  }

  async #lookAt(edgeId: string): Promise<void> {
    const { lookEveryMs, media } = this.#deps;
    if (!(await this.#deps.isFirst(`orphans ${edgeId}`, lookEveryMs / 2))) return;
    const { sessions } = await media.getState(edgeId, { meetingId: '' });
    const suspects = this.#suspects.get(edgeId) ?? new Set();
    const nobodys = new Set<string>();
    const unconnected = sessions.filter(({ connected }) => connected !== true);
    await inTurns(unconnected, mostAtOnce, async (session) => {
      const { meetingId, participantId } = session;
      if ((await this.#deps.store.session(meetingId, participantId))?.edgeId === edgeId) return;
      const id = `${meetingId} ${participantId}`;
      if (!suspects.has(id)) {
        nobodys.add(id);
        return;
      }
      this.#deps.logger.info({ edgeId, meetingId, participantId }, 'a session on an edge is nobody’s');
      await media.closeSession(edgeId, { meetingId, participantId });
    });
    this.#suspects.set(edgeId, nobodys);
  }
}
