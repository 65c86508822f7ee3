import type { EdgeFact } from '@canopy/proto/bus';
import { MigrateReason } from '@canopy/proto/signal';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import type { TellReached } from '../edges/quarantines.ts';
import type { Room } from '../events/room.ts';
import type { Rooms } from '../events/rooms.ts';
import type { Connected } from './connected.ts';
import type { LiveSession } from './live-session.ts';
import type { Migrating } from './migrating.ts';

export interface UnreachableDeps {
  rooms: Pick<Rooms, 'find'>;
  migrating: Pick<Migrating, 'move'>;
  tell: TellReached;
  logger: Logger;
}

/** Edges that are tried for one participant: who gets through to none of them has no network for media. */
const mostTried = 3;

/**
 * Participants whose signaling works while their media does not get through to their edge. They are moved to another one at once.
 * That the edge is to blame, and not the client, shows when media gets through there: only then it counts against the first.
 */
export class Unreachable {
  readonly #deps: UnreachableDeps;

  constructor(deps: UnreachableDeps) {
    this.#deps = deps;
  }

  /** The client says so. The answer does not wait for the move, which comes to the client by the same way. Errors: NO_EDGE_AVAILABLE, when enough were tried. */
  reported({ room, session }: Connected): void {
    if ((session.unreachable?.size ?? 0) >= mostTried) throw new CanopyError('NO_EDGE_AVAILABLE');
    this.#tryElsewhere(room, session).catch((error: unknown) => {
      const { meetingId, participantId } = session;
      this.#deps.logger.warn({ err: error, meetingId, participantId }, 'nobody else takes a participant');
    });
  }

  /** An edge says that media got through. TCP alone may be the client's fault, or the edge's: another edge shows which. */
  async connected({ edgeId, bootId, sessionConnected }: EdgeFact): Promise<void> {
    if (sessionConnected === undefined) return;
    const { meetingId, participantId, tcpOnly } = sessionConnected;
    const room = this.#deps.rooms.find(meetingId);
    const session = room?.sessionOf(participantId);
    if (room === undefined || session?.media.edgeId !== edgeId || session.media.bootId !== bootId) return;
    if (tcpOnly !== true) this.#reached(session);
    else if (session.unreachable === undefined) await this.#tryElsewhere(room, session);
  }

  async #tryElsewhere(room: Room, session: LiveSession): Promise<void> {
    const { meetingId, participantId, media } = session;
    const tried = session.unreachable ?? new Map<string, 'alleged' | 'told'>();
    session.unreachable = tried;
    if (!tried.has(media.edgeId)) tried.set(media.edgeId, 'alleged');
    this.#deps.logger.info({ meetingId, participantId, edgeId: media.edgeId }, 'media does not get through');
    await this.#deps.migrating.move(room, session, MigrateReason.UNREACHABLE);
  }

  #reached({ participantId, media, unreachable }: LiveSession): void {
    const { address } = media.client;
    this.#deps.tell({ edgeId: media.edgeId, participantId, address, reached: true });
    for (const [edgeId, state] of unreachable ?? []) {
      if (state === 'told' || edgeId === media.edgeId) continue;
      unreachable?.set(edgeId, 'told');
      this.#deps.tell({ edgeId, participantId, address, reached: false });
    }
  }
}
