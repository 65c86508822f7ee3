import { EdgeLifecycle } from '@canopy/proto/bus';
import { MigrateReason } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import type { EdgeRecord } from '../../core/edges/edge-record.ts';
import type { Rooms } from '../events/rooms.ts';
import type { LiveSession } from '../session/live-session.ts';
import type { Migrating } from '../session/migrating.ts';
import { unlessBusy } from '../unless-busy.ts';
import type { EdgeMedia } from './edge-media.ts';
import type { MovePace } from './move-pace.ts';

/** An edge that is being emptied. */
export interface Drain {
  edgeId: string;
  /** Ordered by an operator, and not by the edge itself: it outlives a restart of the edge. */
  ordered: boolean;
  /** Unix ms. */
  startedAt: number;
  movedSessions: number;
}

/** Drains, known to all replicas: each goes on with those of one that died. Errors: STATE_UNAVAILABLE. */
export interface DrainStore {
  list(): Promise<readonly Drain[]>;
  /** A drain under way keeps its start; one that an edge began by itself may become ordered. */
  begin(drain: Drain): Promise<void>;
  end(edgeId: string): Promise<void>;
  /** Ends one that the edge began by itself, unless it was ordered meanwhile. */
  endOwn(edgeId: string): Promise<void>;
  moved(edgeId: string): Promise<void>;
}

export interface DrainingDeps {
  drains: DrainStore;
  pace: MovePace;
  edges: { list(): readonly EdgeRecord[]; get(edgeId: string): EdgeRecord | undefined };
  media: Pick<EdgeMedia, 'setDraining' | 'getState'>;
  rooms: Pick<Rooms, 'list'>;
  migrating: Pick<Migrating, 'move'>;
  clock: Clock;
  logger: Logger;
}

type DrainState = 'ready' | 'draining' | 'drained' | 'dead';

export interface EdgeProgress {
  record: EdgeRecord;
  state: DrainState;
  sessions: number;
  links: number;
  drain: Drain | undefined;
}

/** Of each edge, over all replicas. */
const pace = { most: 20, windowMs: 1_000 };
const lookEveryMs = 250;
/** An edge that is away for less than that is emptied when it is back, if it was ordered. */
const endsWithoutEdgeAfterMs = 86_400_000;

/**
 * Empties edges without anybody noticing: they get nobody new, plans lead around them, and participants are moved away at a
 * bounded rate, each by the replica it is connected to.
 */
export class Draining {
  readonly #deps: DrainingDeps;
  /** When they could not be moved, Unix ms: others come first. */
  readonly #failed = new WeakMap<LiveSession, number>();
  /** Edges with a drain that are dead, or not known, and since when that was seen here, Unix ms. */
  #goneSince: ReadonlyMap<string, number> = new Map();

  constructor(deps: DrainingDeps) {
    this.#deps = deps;
  }

  /** Errors: EDGE_NOT_FOUND, EDGE_UNREACHABLE, STATE_UNAVAILABLE. */
  async start(edgeId: string): Promise<void> {
    // An order would wait for it, and empty it when it is back.
    if (this.#require(edgeId).status === 'dead') throw new CanopyError('EDGE_UNREACHABLE');
    const startedAt = this.#deps.clock.now();
    await this.#deps.drains.begin({ edgeId, ordered: true, startedAt, movedSessions: 0 });
    await this.#deps.media.setDraining(edgeId, { draining: true });
  }

  /** Who was moved already stays where it is. Errors: EDGE_NOT_FOUND, EDGE_UNREACHABLE, STATE_UNAVAILABLE. */
  async stop(edgeId: string): Promise<void> {
    this.#require(edgeId);
    await this.#deps.drains.end(edgeId);
    await this.#deps.media.setDraining(edgeId, { draining: false });
  }

  /** Errors: EDGE_NOT_FOUND, STATE_UNAVAILABLE, EDGE_UNREACHABLE. */
  async progress(edgeId: string): Promise<EdgeProgress> {
    const record = this.#require(edgeId);
    const drain = (await this.#deps.drains.list()).find((one) => one.edgeId === edgeId);
    if (record.status === 'dead') return { record, state: 'dead', sessions: 0, links: 0, drain };
    const { sessions, links, draining: told } = await this.#deps.media.getState(edgeId, { meetingId: '' });
    const empty = sessions.length === 0 && links.length === 0;
    // What it says itself is newer than its last heartbeat, and than a drain that was seen in that.
    const draining = drain?.ordered === true || (told ?? isDraining(record));
    const state = !draining ? 'ready' : empty ? 'drained' : 'draining';
    return { record, state, sessions: sessions.length, links: links.length, drain };
  }

  /** Goes on with every drain, whoever began it, until the returned function is called. */
  run(): () => void {
    const look = unlessBusy(() => this.#look());
    return this.#deps.clock.every(lookEveryMs, () => void look());
  }

  async #look(): Promise<void> {
    try {
      await this.#goOn();
    } catch (error) {
      this.#deps.logger.debug({ err: error }, 'drains could not be gone on with');
    }
  }

  async #goOn(): Promise<void> {
    const drains = new Map((await this.#deps.drains.list()).map((drain) => [drain.edgeId, drain]));
    const alive = this.#deps.edges.list().filter(({ status, understood }) => status === 'alive' && understood);
    const steps = alive.map((record) => this.#goOnWith(record, drains.get(record.heartbeat.edgeId)));
    steps.push(this.#endWithoutEdge([...drains.keys()]));
    for (const step of await Promise.allSettled(steps)) if (step.status === 'rejected') throw step.reason;
  }

  /** Hosts of an autoscaled group are drained before they go, and never come back. */
  async #endWithoutEdge(edgeIds: readonly string[]): Promise<void> {
    const now = this.#deps.clock.now();
    const gone = edgeIds.filter((edgeId) => (this.#deps.edges.get(edgeId)?.status ?? 'dead') === 'dead');
    this.#goneSince = new Map(gone.map((edgeId) => [edgeId, this.#goneSince.get(edgeId) ?? now]));
    const over = [...this.#goneSince].filter(([, since]) => now - since >= endsWithoutEdgeAfterMs);
    await Promise.all(over.map(([edgeId]) => this.#deps.drains.end(edgeId)));
  }

  async #goOnWith(record: EdgeRecord, drain: Drain | undefined): Promise<void> {
    const { edgeId } = record.heartbeat;
    if (isDraining(record)) {
      const startedAt = this.#deps.clock.now();
      if (drain === undefined) await this.#deps.drains.begin({ edgeId, ordered: false, startedAt, movedSessions: 0 });
      await this.#moveSome(edgeId);
    } else if (drain?.ordered === true) {
      // It was told before it started anew, or a moment ago.
      await this.#deps.media.setDraining(edgeId, { draining: true });
      // Whoever called it off meanwhile may have told the edge before that.
      const stillOrdered = (await this.#deps.drains.list()).some((one) => one.edgeId === edgeId);
      if (!stillOrdered) await this.#deps.media.setDraining(edgeId, { draining: false });
    } else if (drain !== undefined) {
      await this.#deps.drains.endOwn(edgeId);
    }
  }

  async #moveSome(edgeId: string): Promise<void> {
    const waiting = this.#deps.rooms.list().flatMap((room) =>
      room
        .sessions()
        .filter(({ media, move }) => media.edgeId === edgeId && move === undefined)
        .map((session) => ({ room, session })),
    );
    if (waiting.length === 0) return;
    const allowed = await this.#deps.pace.allow(`drain:${edgeId}`, waiting.length, pace);
    const failedAt = ({ session }: { session: LiveSession }) => this.#failed.get(session) ?? 0;
    const next = waiting.sort((a, b) => failedAt(a) - failedAt(b)).slice(0, allowed);
    const moves = next.map(async ({ room, session }) => {
      try {
        await this.#deps.migrating.move(room, session, MigrateReason.EDGE_DRAINING);
      } catch (error) {
        this.#failed.set(session, this.#deps.clock.now());
        throw error;
      }
      await this.#deps.drains.moved(edgeId);
    });
    for (const result of await Promise.allSettled(moves)) {
      if (result.status === 'rejected')
        this.#deps.logger.warn({ err: result.reason, edgeId }, 'a participant could not be moved off an edge yet');
    }
  }

  #require(edgeId: string): EdgeRecord {
    const record = this.#deps.edges.get(edgeId);
    if (record === undefined) throw new CanopyError('EDGE_NOT_FOUND');
    return record;
  }
}

function isDraining({ heartbeat }: EdgeRecord): boolean {
  return heartbeat.state === EdgeLifecycle.DRAINING;
}
