import type { EdgeFact } from '@canopy/proto/bus';
import type { Logger } from '@canopy/runtime/logger';
import type { EdgeChange } from '../../core/edges/edge-record.ts';
import { edgesOf, originsVia } from '../../core/routing/meeting-plan.ts';
import type { Room } from '../events/room.ts';
import type { Rooms } from '../events/rooms.ts';
import type { Planning } from '../planning/planning.ts';
import type { LiveSession } from '../session/live-session.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';

export interface CasualtiesDeps {
  rooms: Rooms;
  planning: Pick<Planning, 'ensure'>;
  store: Pick<MeetingStateStore, 'announceTracks'>;
  /** True for the first replica that asks with this key within a few seconds. */
  isFirst(key: string): Promise<boolean>;
  logger: Logger;
}

/**
 * What happens to participants when an edge, a worker or a link is lost. Each replica cares for the connections it holds:
 * who lost its media session is told to join again, and finds itself on another edge under the same participant id.
 */
export class Casualties {
  readonly #deps: CasualtiesDeps;

  constructor(deps: CasualtiesDeps) {
    this.#deps = deps;
  }

  async edgeChanged(change: EdgeChange): Promise<void> {
    const { kind, edgeId } = change;
    if (kind === 'silent') return;
    if (kind === 'died') this.#dismiss('EDGE_UNREACHABLE', ({ media }) => media.edgeId === edgeId);
    if (kind === 'rebooted') {
      this.#dismiss('SESSION_NOT_FOUND', ({ media }) => media.edgeId === edgeId && media.bootId !== change.bootId);
    }
    await Promise.all(this.#deps.rooms.list().map((room) => this.#planAnew(room)));
  }

  async factHeard({ edgeId, bootId, workerDied, sessionClosed, linkLost, trackClosed }: EdgeFact): Promise<void> {
    const lost = [...(workerDied?.sessions ?? []), ...(sessionClosed === undefined ? [] : [sessionClosed])];
    if (lost.length > 0) {
      const ids = new Set(lost.map(({ meetingId, participantId }) => `${meetingId} ${participantId}`));
      this.#dismiss(
        'SESSION_NOT_FOUND',
        ({ meetingId, participantId, media }) =>
          ids.has(`${meetingId} ${participantId}`) && media.edgeId === edgeId && media.bootId === bootId,
      );
    }
    if (linkLost !== undefined) await this.#linkLost(edgeId, linkLost.meetingId, linkLost.parentEdgeId);
    if (trackClosed !== undefined) {
      await this.#announce(trackClosed.meetingId, `${edgeId} track ${trackClosed.trackId}`, {
        trackIds: [trackClosed.trackId],
      });
    }
  }

  #dismiss(code: 'EDGE_UNREACHABLE' | 'SESSION_NOT_FOUND', isMeant: (session: LiveSession) => boolean): void {
    for (const room of this.#deps.rooms.list()) room.dismiss(code, isMeant);
  }

  async #planAnew(room: Room): Promise<void> {
    const [session] = room.sessions();
    if (session === undefined) return;
    try {
      await this.#deps.planning.ensure(room.meetingId, session.profile);
    } catch (error) {
      this.#deps.logger.warn({ err: error, meetingId: room.meetingId }, 'a plan could not be made anew');
    }
  }

  async #linkLost(edgeId: string, meetingId: string, parentId: string): Promise<void> {
    const [session] = this.#deps.rooms.find(meetingId)?.sessions() ?? [];
    if (session === undefined) return;
    const plan = await this.#deps.planning.ensure(meetingId, session.profile);
    const concerned = edgesOf(plan).has(edgeId) ? originsVia(plan, edgeId, parentId) : [];
    await this.#announce(meetingId, `${edgeId} link ${parentId} ${plan.epoch}`, { originEdgeIds: concerned });
  }

  /** One replica speaks for all. */
  async #announce(
    meetingId: string,
    what: string,
    which: { originEdgeIds?: readonly string[]; trackIds?: readonly string[] },
  ): Promise<void> {
    const room = this.#deps.rooms.find(meetingId);
    if (room === undefined || !(await this.#deps.isFirst(`${meetingId} ${what}`))) return;
    room.changed(await this.#deps.store.announceTracks(meetingId, which));
  }
}
