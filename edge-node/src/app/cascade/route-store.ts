import type { RouteTable } from '@canopy/proto/routing';
import { type Clock, pause } from '@canopy/runtime/clock';
import { Emitter } from '@canopy/runtime/emitter';
import { CanopyError } from '@canopy/runtime/errors';
import { inTurns } from '@canopy/runtime/in-turns';
import type { Logger } from '@canopy/runtime/logger';
import { acceptTable, type FoundRoute, findRoute } from '../../core/routes/route-table.ts';
import type { RouteAuthority } from '../ports/control-plane.ts';

/** The way to an origin, and the epoch of the plan that says so. */
export interface KnownRoute extends FoundRoute {
  epoch: number;
}

interface Stored {
  table: RouteTable;
  /** ms of the clock that nobody sets. */
  usedAt: number;
}

/** A meeting that has nothing here, and whose table nobody asked for in this time, is over. */
const tableLifetimeMs = 2 * 60 * 60_000;

const mostAskedAtOnce = 8;
const askAgainMs = 500;

/** The route tables of this edge, one per meeting. They come with requests, over the bus, or are asked for. */
export class RouteStore {
  readonly changes = new Emitter<{ changed: RouteTable }>();
  readonly #edgeId: string;
  readonly #authority: RouteAuthority;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #waitMs: number;
  readonly #tables = new Map<string, Stored>();
  readonly #asking = new Map<string, Promise<void>>();
  /** Meetings whose newest table may have been missed. */
  readonly #doubtful = new Set<string>();
  #refreshing = false;
  #closed = false;

  constructor(edgeId: string, authority: RouteAuthority, clock: Clock, logger: Logger, waitMs: number) {
    this.#edgeId = edgeId;
    this.#authority = authority;
    this.#clock = clock;
    this.#logger = logger;
    this.#waitMs = waitMs;
  }

  get highestEpoch(): number {
    let highest = 0;
    for (const { table } of this.#tables.values()) highest = Math.max(highest, table.epoch);
    return highest;
  }

  epochOf(meetingId: string): number {
    return this.#tables.get(meetingId)?.table.epoch ?? 0;
  }

  /** Takes a table, unless it is for another edge or not newer than the one in force. */
  put(table: RouteTable | undefined): void {
    if (table === undefined || table.edgeId !== this.#edgeId || table.meetingId === '') return;
    const current = this.#tables.get(table.meetingId)?.table;
    if (acceptTable(current, table) === current) return;
    this.#tables.set(table.meetingId, { table, usedAt: this.#clock.monotonicMs() });
    this.#doubtful.delete(table.meetingId);
    this.changes.emit('changed', table);
  }

  known(meetingId: string, originEdgeId: string, minEpoch = 0): KnownRoute | undefined {
    const stored = this.#tables.get(meetingId);
    const route = findRoute(stored?.table, originEdgeId, minEpoch);
    if (stored === undefined || route === undefined) return undefined;
    stored.usedAt = this.#clock.monotonicMs();
    return { ...route, epoch: stored.table.epoch };
  }

  /**
   * The route to an origin from a plan that is at least as new as `minEpoch`. If it is not known, the control plane is asked
   * and the bus waited for, whichever is faster; after a while a route of an older plan is better than none. Throws
   * ROUTE_NOT_FOUND, at once where a plan that is new enough leads nowhere: its origin is lost.
   */
  async find(meetingId: string, originEdgeId: string, minEpoch: number): Promise<KnownRoute> {
    const known = this.known(meetingId, originEdgeId, minEpoch);
    if (known !== undefined) return known;
    await this.#changeOf(meetingId, minEpoch, () => this.known(meetingId, originEdgeId, minEpoch) !== undefined);
    const found = this.known(meetingId, originEdgeId);
    if (found === undefined) throw new CanopyError('ROUTE_NOT_FOUND');
    return found;
  }

  /** Updates may have been lost: asks for the tables of all meetings, until each is answered for. */
  refresh(): void {
    for (const meetingId of this.#tables.keys()) this.#doubtful.add(meetingId);
    if (!this.#refreshing) void this.#refresh();
  }

  /** Asks for nothing more. */
  close(): void {
    this.#closed = true;
    this.#doubtful.clear();
  }

  forget(meetingId: string): void {
    this.#tables.delete(meetingId);
    this.#doubtful.delete(meetingId);
  }

  /**
   * Drops the tables of meetings long over, so that memory stays bounded. While a meeting `goesOn` here its table stays, although
   * nobody asks for it as long as nothing changes.
   */
  sweep(goesOn: (meetingId: string) => boolean): void {
    const now = this.#clock.monotonicMs();
    for (const [meetingId, stored] of this.#tables) {
      if (goesOn(meetingId)) stored.usedAt = now;
      else if (stored.usedAt < now - tableLifetimeMs) this.forget(meetingId);
    }
  }

  /** Resolves when `satisfied`, when the control plane answered with a plan that is new enough, or when it has waited long enough. */
  #changeOf(meetingId: string, minEpoch: number, satisfied: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        stopListening();
        stopWaiting();
        resolve();
      };
      const stopListening = this.changes.on('changed', (table) => {
        if (table.meetingId === meetingId && satisfied()) finish();
      });
      const stopWaiting = this.#clock.after(this.#waitMs, finish);
      const answered = () => {
        if (this.epochOf(meetingId) >= minEpoch) finish();
      };
      this.#ask(meetingId).then(answered, (error: unknown) =>
        this.#logger.warn({ err: error, meetingId }, 'no routes'),
      );
    });
  }

  async #refresh(): Promise<void> {
    this.#refreshing = true;
    while (this.#doubtful.size > 0 && !this.#closed) {
      await inTurns([...this.#doubtful], mostAskedAtOnce, (meetingId) => this.#settle(meetingId));
      if (this.#doubtful.size > 0) await pause(this.#clock, askAgainMs);
    }
    this.#refreshing = false;
  }

  async #settle(meetingId: string): Promise<void> {
    try {
      await this.#ask(meetingId);
    } catch (error) {
      this.#logger.debug({ err: error, meetingId }, 'routes could not be asked for');
      if (CanopyError.from(error).retryable) return;
    }
    this.#doubtful.delete(meetingId);
  }

  #ask(meetingId: string): Promise<void> {
    const asking = this.#asking.get(meetingId);
    if (asking !== undefined) return asking;
    const asked = this.#authority
      .getRoutes(meetingId)
      .then((table) => this.put(table))
      .finally(() => this.#asking.delete(meetingId));
    this.#asking.set(meetingId, asked);
    return asked;
  }
}
