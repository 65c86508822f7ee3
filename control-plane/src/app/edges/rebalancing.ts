import { EdgeLifecycle } from '@canopy/proto/bus';
import type { EdgeState } from '@canopy/proto/edge_media';
import { MigrateReason } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { inTurns } from '@canopy/runtime/in-turns';
import type { Logger } from '@canopy/runtime/logger';
import { networkLoad } from '../../core/edges/edge-load.ts';
import type { EdgeRecord } from '../../core/edges/edge-record.ts';
import { canPublish } from '../../core/meeting/roles.ts';
import type { HeldBack, OverloadedEdge, RebalanceMove } from '../../core/placement/rebalance.ts';
import type { Room } from '../events/room.ts';
import type { Rooms } from '../events/rooms.ts';
import type { LiveSession } from '../session/live-session.ts';
import type { MeetingNow, MeetingStateStore } from '../session/meeting-state-store.ts';
import type { Migrating } from '../session/migrating.ts';
import { unlessBusy } from '../unless-busy.ts';
import type { EdgeMedia } from './edge-media.ts';
import type { MovePace } from './move-pace.ts';
import type { Placing } from './placing.ts';

export interface RebalancingDeps {
  edges: { list(): readonly EdgeRecord[] };
  media: Pick<EdgeMedia, 'getState'>;
  rooms: Rooms;
  store: Pick<MeetingStateStore, 'usage'>;
  placing: Pick<Placing, 'rebalance'>;
  pace: MovePace;
  migrating: Pick<Migrating, 'move'>;
  clock: Clock;
  logger: Logger;
  /** What came of a look at an overloaded edge; `paced`: moves under way are to show in its load first. */
  onLook?(result: 'moved' | 'paced' | HeldBack): void;
}

interface Held {
  room: Room;
  session: LiveSession;
}

const lookEveryMs = 1_000;
/**
 * Reports show a move only when the client has followed and the edge let go of the old session, which takes some seconds: so
 * long no more are moved than looked too many at first.
 */
const windowMs = 10_000;
/** Those looked at on one edge at a time. */
const mostConsidered = 200;
const mostAtOnce = 8;

/**
 * Moves participants off edges that have been overloaded for a while. Every replica does so for those that are connected to
 * it; how many leave an edge they count together.
 */
export class Rebalancing {
  readonly #deps: RebalancingDeps;

  constructor(deps: RebalancingDeps) {
    this.#deps = deps;
  }

  /** Looks after the edges until the returned function is called. */
  run(): () => void {
    const look = unlessBusy(() => this.#look());
    return this.#deps.clock.every(lookEveryMs, () => void look());
  }

  async #look(): Promise<void> {
    try {
      for (const record of this.#deps.edges.list()) {
        if (record.status !== 'alive' || record.heartbeat.state === EdgeLifecycle.DRAINING) continue;
        if (record.overloadedSince !== undefined) await this.#unburden(record, record.overloadedSince);
      }
    } catch (error) {
      this.#deps.logger.debug({ err: error }, 'an overloaded edge could not be unburdened');
    }
  }

  async #unburden({ heartbeat }: EdgeRecord, sinceMs: number): Promise<void> {
    const { edgeId } = heartbeat;
    const all = this.#deps.rooms.list().flatMap((room) => room.sessions().map((session) => ({ room, session })));
    const here = all.filter(({ session }) => isMovableFrom(edgeId, session));
    if (here.length === 0) return;
    const state = await this.#deps.media.getState(edgeId, { meetingId: '' });
    const leaving = new Set(
      all.filter(({ session }) => session.move?.from.edgeId === edgeId).map(({ session }) => nameOf(session)),
    );
    const staying = state.sessions.filter((session) => !leaving.has(nameOf(session)));
    const workers = heartbeat.workers.map(({ index, load }) => ({
      index,
      load,
      sessions: staying.filter(({ worker }) => worker === index).length,
    }));
    await this.#moveSome({ id: edgeId, sinceMs, networkLoad: networkLoad(heartbeat), workers }, here, state);
  }

  async #moveSome(edge: OverloadedEdge, here: readonly Held[], state: EdgeState): Promise<void> {
    const held = new Map(considered(here).map((one) => [nameOf(one.session), one]));
    const people = await this.#people(held, state);
    const { moves, heldBack } = this.#deps.placing.rebalance(edge, people);
    if (heldBack !== undefined) this.#deps.onLook?.(heldBack);
    if (moves.length === 0) return;
    const allowed = await this.#deps.pace.allow(`load:${edge.id}`, moves.length, { most: moves.length, windowMs });
    this.#deps.onLook?.(allowed === 0 ? 'paced' : 'moved');
    if (allowed === 0) return;
    this.#deps.logger.info(
      { edgeId: edge.id, workers: edge.workers, moves: allowed },
      'an overloaded edge is unburdened',
    );
    await inTurns(moves.slice(0, allowed), mostAtOnce, (move) => this.#move(held.get(move.id), move));
  }

  async #people(held: ReadonlyMap<string, Held>, state: EdgeState) {
    const workers = new Map(state.sessions.map((session) => [nameOf(session), session.worker]));
    const meetings = new Map<string, Promise<MeetingNow>>();
    const people = [...held].map(async ([id, { session }]) => {
      const { meetingId, profile, media, role } = session;
      const known = meetings.get(meetingId) ?? this.#deps.store.usage(meetingId);
      meetings.set(meetingId, known);
      const { usage, plan } = await known;
      const worker = workers.get(id);
      return worker === undefined ? [] : [{ id, worker, publishes: canPublish(role), media, profile, usage, plan }];
    });
    return (await Promise.all(people)).flat();
  }

  async #move(held: Held | undefined, { decision }: RebalanceMove): Promise<void> {
    if (held === undefined) return;
    const { room, session } = held;
    try {
      await this.#deps.migrating.move(room, session, MigrateReason.LOAD, decision);
    } catch (error) {
      const { meetingId, participantId } = session;
      this.#deps.logger.warn(
        { err: error, meetingId, participantId },
        'a participant could not be moved off a full edge',
      );
    }
  }
}

function isMovableFrom(edgeId: string, { media, move, staysPut }: LiveSession): boolean {
  return media.edgeId === edgeId && move === undefined && staysPut !== true;
}

/** Those who only watch first, up to the limit. */
function considered(here: readonly Held[]): Held[] {
  const order = ({ session }: Held) => (canPublish(session.role) ? 1 : 0);
  return here.toSorted((a, b) => order(a) - order(b)).slice(0, mostConsidered);
}

function nameOf({ meetingId, participantId }: { meetingId: string; participantId: string }): string {
  return `${meetingId} ${participantId}`;
}
