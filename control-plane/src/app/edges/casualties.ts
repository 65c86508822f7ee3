import type { EdgeFact } from '@canopy/proto/bus';
import { MigrateReason } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { inTurns } from '@canopy/runtime/in-turns';
import type { Logger } from '@canopy/runtime/logger';
import type { EdgeChange } from '../../core/edges/edge-record.ts';
import { edgesOf, originsVia } from '../../core/routing/meeting-plan.ts';
import type { PlanCause } from '../../core/routing/plan-cause.ts';
import type { Room } from '../events/room.ts';
import type { Rooms } from '../events/rooms.ts';
import type { Planning } from '../planning/planning.ts';
import type { LiveSession } from '../session/live-session.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import type { Migrating } from '../session/migrating.ts';

export interface CasualtiesDeps {
  rooms: Pick<Rooms, 'list' | 'find'>;
  planning: Pick<Planning, 'ensure' | 'review'>;
  migrating: Pick<Migrating, 'rescue' | 'move'>;
  store: Pick<MeetingStateStore, 'announceTracks'>;
  /** True for the first replica that asks with this key within a few seconds. */
  isFirst(key: string): Promise<boolean>;
  clock: Clock;
  logger: Logger;
}

/** Moves, and plans, that one replica has under way at a time. */
const mostAtOnce = 32;
/** Where media goes on over the backup there is time to find out whether only the link is gone, or the edge it came from. */
const settleMs = 1_000;

const causes: Readonly<Record<Exclude<EdgeChange['kind'], 'silent'>, PlanCause>> = {
  appeared: 'edge_back',
  recovered: 'edge_back',
  released: 'edge_back',
  understood: 'edge_back',
  died: 'edge_lost',
  rebooted: 'edge_lost',
  foreign: 'edge_lost',
  quarantined: 'unreachable',
  changed: 'edge_changed',
};

/**
 * What happens to participants when an edge, a worker or a link is lost. Each replica cares for the connections it holds: who
 * lost its media session is moved to another edge under the same participant id.
 */
export class Casualties {
  readonly #deps: CasualtiesDeps;
  /** Whose plans are about to be looked at: edges of a region go, and come, at about the same time. */
  readonly #waiting = new Set<Room>();

  constructor(deps: CasualtiesDeps) {
    this.#deps = deps;
  }

  async edgeChanged(change: EdgeChange): Promise<void> {
    const { kind, edgeId } = change;
    if (kind === 'silent') return;
    const rescued =
      kind === 'died' || kind === 'rebooted'
        ? this.#rescue(
            MigrateReason.EDGE_LOST,
            ({ media }) => media.edgeId === edgeId && (kind === 'died' || media.bootId !== change.bootId),
          )
        : undefined;
    await this.#planAllAnew(causes[kind]);
    await rescued;
    if (kind === 'quarantined') await this.#lead(edgeId);
  }

  async factHeard({ edgeId, bootId, workerDied, sessionClosed, linkLost, trackClosed }: EdgeFact): Promise<void> {
    const isThere = ({ media }: LiveSession) => media.edgeId === edgeId && media.bootId === bootId;
    if (workerDied !== undefined) {
      const ids = new Set(workerDied.sessions.map(({ meetingId, participantId }) => `${meetingId} ${participantId}`));
      const isLost = (one: LiveSession) => isThere(one) && ids.has(`${one.meetingId} ${one.participantId}`);
      await this.#rescue(MigrateReason.WORKER_LOST, isLost);
    }
    if (sessionClosed !== undefined) this.#sessionClosed(sessionClosed, isThere);
    // Where media still comes over the link nobody needs to do anything.
    if (linkLost !== undefined && linkLost.mediaFlows !== true) {
      const { meetingId, parentEdgeId, switchedToBackup } = linkLost;
      if (switchedToBackup === true) this.#planSoon(meetingId);
      else await this.#linkLost(edgeId, meetingId, parentEdgeId);
    }
    if (trackClosed !== undefined) {
      const { meetingId, trackId, notice } = trackClosed;
      const what = notice === undefined ? `${edgeId} track ${trackId}` : `${edgeId} ${bootId} notice ${notice}`;
      await this.#announce(meetingId, what, { trackIds: [trackId] });
    }
  }

  /** A large audience's sessions close at about the same time: for each, one is looked up. */
  #sessionClosed(
    { meetingId, participantId }: { meetingId: string; participantId: string },
    isThere: (session: LiveSession) => boolean,
  ): void {
    const room = this.#deps.rooms.find(meetingId);
    const session = room?.sessionOf(participantId);
    if (session === undefined || session.leaving === true || !isThere(session)) return;
    room?.memberOf(session.connectionId)?.goodbye('SESSION_NOT_FOUND');
  }

  /** Leads everybody away from an edge, make before break: for some its media may still work. */
  async #lead(edgeId: string): Promise<void> {
    await this.#each(
      ({ media }) => media.edgeId === edgeId,
      async (room, session) => {
        try {
          await this.#deps.migrating.move(room, session, MigrateReason.UNREACHABLE);
        } catch (error) {
          const { meetingId, participantId } = session;
          this.#deps.logger.warn({ err: error, meetingId, participantId }, 'nobody else takes a participant');
        }
      },
    );
  }

  async #rescue(reason: MigrateReason, isMeant: (session: LiveSession) => boolean): Promise<void> {
    await this.#each(isMeant, (room, session) => this.#deps.migrating.rescue(room, session, reason));
  }

  async #each(
    isMeant: (session: LiveSession) => boolean,
    act: (room: Room, session: LiveSession) => Promise<void>,
  ): Promise<void> {
    const meant = this.#deps.rooms.list().flatMap((room) =>
      room
        .sessions()
        .filter(isMeant)
        .map((session) => ({ room, session })),
    );
    await inTurns(meant, mostAtOnce, ({ room, session }) => act(room, session));
  }

  /** Nothing is left to fall back on there until a plan gives another backup. */
  #planSoon(meetingId: string): void {
    this.#deps.clock.after(settleMs, () => {
      const room = this.#deps.rooms.find(meetingId);
      if (room !== undefined) void this.#planAnew(room, 'link_lost');
    });
  }

  async #planAllAnew(cause: PlanCause): Promise<void> {
    const rooms = this.#deps.rooms.list().filter((room) => !this.#waiting.has(room));
    for (const room of rooms) this.#waiting.add(room);
    await inTurns(rooms, mostAtOnce, async (room) => {
      this.#waiting.delete(room);
      await this.#planAnew(room, cause);
    });
  }

  async #planAnew(room: Room, cause: PlanCause): Promise<void> {
    const [session] = room.sessions();
    if (session === undefined) return;
    try {
      const { unreached } = await this.#deps.planning.ensure(room.meetingId, session.profile, cause);
      // Whom it did not reach it may reach now.
      if (unreached.length > 0) await this.#deps.planning.review(room.meetingId, cause);
    } catch (error) {
      this.#deps.logger.warn({ err: error, meetingId: room.meetingId }, 'a plan could not be made anew');
    }
  }

  async #linkLost(edgeId: string, meetingId: string, parentId: string): Promise<void> {
    const [session] = this.#deps.rooms.find(meetingId)?.sessions() ?? [];
    if (session === undefined) return;
    const plan = await this.#deps.planning.ensure(meetingId, session.profile, 'link_lost');
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
