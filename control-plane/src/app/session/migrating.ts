import { type Migrate, MigrateReason } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError, type ErrorCode } from '@canopy/runtime/errors';
import { KeyedQueue } from '@canopy/runtime/keyed-queue';
import type { Logger } from '@canopy/runtime/logger';
import { inBrief, type MediaSession } from '../../core/meeting/session.ts';
import type { PlacementDecision } from '../../core/placement/types.ts';
import type { Room } from '../events/room.ts';
import type { Planning } from '../planning/planning.ts';
import type { Closing } from './closing.ts';
import type { Connected } from './connected.ts';
import type { LiveSession } from './live-session.ts';
import type { MeetingStateStore } from './meeting-state-store.ts';
import type { Opened, Opening } from './opening.ts';

export interface MigratingDeps {
  store: Pick<MeetingStateStore, 'beginMove' | 'endMove'>;
  opening: Pick<Opening, 'open' | 'again'>;
  closing: Pick<Closing, 'session'>;
  planning: Pick<Planning, 'shrinkSoon'>;
  /** A client that has not said Migrated after so long is closed, and joins again. */
  deadlineMs: number;
  clock: Clock;
  logger: Logger;
  /** `result` is 'done', 'late' or the code of the error. */
  onMove?(reason: MigrateReason, result: string): void;
}

/** What a client that can't be moved is told: all of them make it join again. */
const farewells: Partial<Record<MigrateReason, ErrorCode>> = {
  [MigrateReason.EDGE_DRAINING]: 'EDGE_DRAINING',
  [MigrateReason.LOAD]: 'EDGE_OVERLOADED',
  [MigrateReason.WORKER_LOST]: 'SESSION_NOT_FOUND',
};

/** Reasons to move that are none to end. */
const mayStay: readonly MigrateReason[] = [MigrateReason.LOAD, MigrateReason.UNREACHABLE];

/**
 * Moves participants from one media session to another, make before break: the new session is opened beside the old one, the
 * client connects to it, takes its tracks along and says so; only then the old one is closed.
 */
export class Migrating {
  readonly #deps: MigratingDeps;
  /** Moves of one participant follow each other. */
  readonly #queue = new KeyedQueue();

  constructor(deps: MigratingDeps) {
    this.#deps = deps;
  }

  /**
   * Begins to move a participant connected here away from the session it has; does nothing if that has changed meanwhile.
   * With `decided` it goes there or nowhere. Who stays put is let go where it may not stay. Errors: NO_EDGE_AVAILABLE, STATE_UNAVAILABLE, REPLACED.
   */
  move(room: Room, session: LiveSession, reason: MigrateReason, decided?: PlacementDecision): Promise<void> {
    const { media: from } = session;
    if (session.staysPut === true) {
      if (!mayStay.includes(reason)) room.dismiss(farewellFor(reason), (one) => one === session);
      return Promise.resolve();
    }
    return this.#queue.run(`${session.meetingId} ${session.participantId}`, async () => {
      if (session.media !== from) return;
      try {
        await this.#begin(room, session, from, reason, decided);
      } catch (error) {
        this.#deps.onMove?.(reason, CanopyError.from(error).code);
        throw error;
      }
    });
  }

  /** Like {@link move}, for a session that is lost: who can't be moved is told to join again. */
  async rescue(room: Room, session: LiveSession, reason: MigrateReason): Promise<void> {
    try {
      await this.move(room, session, reason);
    } catch (error) {
      const { meetingId, participantId } = session;
      this.#deps.logger.warn({ err: error, meetingId, participantId }, 'a participant could not be moved');
      room.dismiss(farewellFor(reason), (one) => one === session);
    }
  }

  /** The client has everything on its new session, on `edgeId` if it says so: a move to elsewhere that began meanwhile goes on. Saying so twice is saying it once. Errors: STATE_UNAVAILABLE. */
  async finish({ room, session }: Connected, edgeId: string | undefined): Promise<void> {
    const { meetingId, participantId, media, move } = session;
    if (move === undefined || (edgeId ?? media.edgeId) !== media.edgeId) return;
    room.changed(await this.#deps.store.endMove(meetingId, participantId, move.from.edgeId));
    if (session.move !== move) return;
    move.cancelDeadline();
    delete session.move;
    this.#closeOld(session, move.from);
    this.#deps.planning.shrinkSoon(meetingId, 'moved');
    this.#deps.logger.info({ meetingId, participantId, from: move.from.edgeId, to: media.edgeId }, 'moved');
  }

  /** A connection that came back in the middle of a move goes on with it. */
  takeUp(room: Room, session: LiveSession, from: MediaSession): void {
    this.#await(room, session, from, MigrateReason.UNSPECIFIED);
  }

  /** The client of a move under way was not told where to go, for its connection was lost: it is, before anything else it asks is served. Who can't be told waits for the end of the move. */
  tellAgain(room: Room, session: LiveSession): void {
    const told = room.push(session.connectionId, async () => {
      const { profile, participantId, role, wants, media } = session;
      const { client, userId } = media;
      const party = { room, profile, participantId, role, userId, client, wants, avoid: new Set<string>() };
      const opened = await this.#deps.opening.again(party, media);
      return { migrate: messageOf(opened, media.moved?.because ?? MigrateReason.UNSPECIFIED) };
    });
    told.catch((error: unknown) => {
      const { meetingId, participantId } = session;
      this.#deps.logger.warn({ err: error, meetingId, participantId }, 'a participant was not told again where to go');
    });
  }

  async #begin(
    room: Room,
    session: LiveSession,
    from: MediaSession,
    reason: MigrateReason,
    decided: PlacementDecision | undefined,
  ): Promise<void> {
    const { meetingId, participantId, role, profile, wants } = session;
    const { client, userId } = from;
    // Edges that are lost or drain get nobody anyway; one that lost a worker, or started anew, is as good as before.
    const avoid = new Set(session.unreachable?.keys());
    const opened = await this.#deps.opening.open({
      room,
      profile,
      participantId,
      role,
      userId,
      client,
      wants,
      avoid,
      ...(decided && { decided }),
      moved: { fromEdgeId: from.edgeId, because: reason },
    });
    let begun = false;
    try {
      await room.push(session.connectionId, async () => {
        if (session.media !== from) return undefined;
        const target = opened.session;
        const change = await this.#deps.store.beginMove(
          meetingId,
          participantId,
          session.connectionId,
          target,
          opened.region,
        );
        begun = true;
        if (change.cutShort !== undefined) this.#closeOld({ ...session, media: target }, change.cutShort);
        session.move?.cancelDeadline();
        session.media = inBrief(target);
        this.#await(room, session, from, reason);
        room.changed(change);
        return { migrate: messageOf(opened, reason) };
      });
    } catch (error) {
      // Whoever replaced this connection may use the same session on that edge.
      begun = error instanceof CanopyError && error.code === 'REPLACED';
      throw error;
    } finally {
      if (!begun) void this.#deps.closing.session(opened.session, meetingId, participantId);
    }
    if (begun) this.#deps.onMove?.(reason, 'begun');
  }

  #await(room: Room, session: LiveSession, from: MediaSession, reason: MigrateReason): void {
    const cancelDeadline = this.#deps.clock.after(this.#deps.deadlineMs, () => {
      if (session.move?.from !== from) return;
      const { meetingId, participantId } = session;
      this.#deps.logger.warn({ meetingId, participantId }, 'a client did not follow to its new edge');
      this.#deps.onMove?.(reason, 'late');
      room.dismiss(farewellFor(reason), (one) => one === session);
    });
    session.move = { from, cancelDeadline };
  }

  #closeOld({ meetingId, participantId, media }: LiveSession, old: MediaSession): void {
    if (old.edgeId !== media.edgeId) void this.#deps.closing.session(old, meetingId, participantId);
  }
}

function farewellFor(reason: MigrateReason): ErrorCode {
  return farewells[reason] ?? 'EDGE_UNREACHABLE';
}

function messageOf({ session, region, response }: Opened, reason: MigrateReason): Migrate {
  return {
    edge: { id: session.edgeId, region },
    sendTransport: response.sendTransport,
    receiveTransport: response.receiveTransport,
    consumers: response.consumers,
    reason,
  };
}
