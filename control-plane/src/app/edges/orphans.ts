import type { SessionState } from '@canopy/proto/edge_media';
import type { Clock } from '@canopy/runtime/clock';
import { inTurns } from '@canopy/runtime/in-turns';
import type { Logger } from '@canopy/runtime/logger';
import type { EdgeRecord } from '../../core/edges/edge-record.ts';
import { unlessBusy } from '../unless-busy.ts';
import type { EdgeMedia } from './edge-media.ts';

export interface OrphansDeps {
  edges: { list(): readonly EdgeRecord[] };
  media: Pick<EdgeMedia, 'getState' | 'closeSession'>;
  /** On which edges people of a meeting have media, in the order of their ids: where it is, and where it moves away from. */
  edgesOf(meetingId: string, participantIds: readonly string[]): Promise<readonly (readonly string[])[]>;
  /** True for the first replica that asks with this key within `forMs`. */
  isFirst(key: string, forMs: number): Promise<boolean>;
  /** A session that was nobody's at one look is closed at the next: joins, and what is left behind by who goes to another meeting, are over by then. */
  lookEveryMs: number;
  clock: Clock;
  logger: Logger;
}

const mostAtOnce = 16;
/** In looks: who looked at an edge is the first at the next look as well, unless it is gone or the edge did not answer it. */
const keptFor = 0.9;
/** In looks: the next one comes nearly as late where the replica that looked before does not reach the edge any more. */
const suspectedFor = 4;

/**
 * Closes media sessions on edges that are nobody's: of a join whose replica died, or whose answer was lost; of somebody who was
 * removed, and whose edge was not told. Media may have come over them or not: a client that was told to go may stay.
 */
export class Orphans {
  readonly #deps: OrphansDeps;
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
    for (const edgeId of this.#silent) if (!ids.includes(edgeId)) this.#silent.delete(edgeId);
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
    if (!(await this.#deps.isFirst(`orphans ${edgeId}`, Math.round(keptFor * lookEveryMs)))) return;
    const { sessions } = await media.getState(edgeId, { meetingId: '' });
    const nobodys = await this.#nobodysOf(edgeId, sessions);
    await inTurns(nobodys, mostAtOnce, (session) => this.#suspect(edgeId, session));
  }

  async #nobodysOf(edgeId: string, sessions: readonly SessionState[]): Promise<SessionState[]> {
    const nobodys: SessionState[] = [];
    const byMeeting = [...Map.groupBy(sessions, ({ meetingId }) => meetingId)];
    await inTurns(byMeeting, mostAtOnce, async ([meetingId, ofMeeting]) => {
      const ids = ofMeeting.map(({ participantId }) => participantId);
      const edgeIds = await this.#deps.edgesOf(meetingId, ids);
      nobodys.push(...ofMeeting.filter((_, index) => edgeIds[index]?.includes(edgeId) !== true));
    });
    return nobodys;
  }

  /** Closes it if whichever replica looked before found it too. */
  async #suspect(edgeId: string, { meetingId, participantId, openingId }: SessionState): Promise<void> {
    const { lookEveryMs, media, logger } = this.#deps;
    const key = ['orphan', edgeId, meetingId, participantId, openingId].join(' ');
    if (await this.#deps.isFirst(key, suspectedFor * lookEveryMs)) return;
    logger.info({ edgeId, meetingId, participantId }, 'a session on an edge is nobody’s');
    await media.closeSession(edgeId, { meetingId, participantId, openingId });
  }
}
