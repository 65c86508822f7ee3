import { isDeepStrictEqual } from 'node:util';
import type { MeetingEvent } from '@canopy/proto/signal';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import type { Rooms } from './rooms.ts';

export interface CoalescingDeps {
  store: Pick<MeetingStateStore, 'tell'>;
  rooms: Pick<Rooms, 'changed'>;
  clock: Clock;
  logger: Logger;
}

/** Things of one kind that many people change: polls, messages, questions. `Thing` is what is known of one when it changes. */
export interface Told<Thing, Stored> {
  /** How long changes in one meeting are gathered. */
  gatherMs: number;
  /** What is stored now, by id; nothing of what is gone. */
  read(meetingId: string, things: ReadonlyMap<string, Thing>): Promise<ReadonlyMap<string, Stored>>;
  eventsOf(stored: readonly Stored[]): MeetingEvent[];
}

/** A store that is away is asked so often, for two minutes: longer than one that starts anew takes. */
const retryEveryMs = 1_000;
const mostTries = 120;

/**
 * Tells what becomes of things once for all who change them in a moment, because a whole audience may. The last that is told
 * is what is stored, whichever replicas tell of it.
 */
export class Coalescing<Thing, Stored> {
  readonly #deps: CoalescingDeps;
  readonly #told: Told<Thing, Stored>;
  /** By meeting and id, what changed since it was last told. */
  readonly #waiting = new Map<string, Map<string, Thing>>();

  constructor(deps: CoalescingDeps, told: Told<Thing, Stored>) {
    this.#deps = deps;
    this.#told = told;
  }

  /** It changed. What can't be told while a store is away is told later. */
  soon(meetingId: string, id: string, thing: Thing): void {
    this.#later(meetingId, new Map([[id, thing]]), this.#told.gatherMs, mostTries);
  }

  #later(meetingId: string, things: ReadonlyMap<string, Thing>, delayMs: number, tries: number): void {
    const waiting = this.#waiting.get(meetingId);
    if (waiting !== undefined) {
      for (const [id, thing] of things) waiting.set(id, thing);
      return;
    }
    const gathered = new Map(things);
    this.#waiting.set(meetingId, gathered);
    const { clock, logger } = this.#deps;
    clock.after(delayMs, () => {
      this.#waiting.delete(meetingId);
      this.#tell(meetingId, gathered).catch((error: unknown) => {
        logger.debug({ err: error, meetingId }, 'what was gathered was not told');
        if (CanopyError.from(error).retryable && tries > 1) this.#again(meetingId, gathered, retryEveryMs, tries - 1);
      });
    });
  }

  /** What changed once more meanwhile is told as it is known since then. */
  #again(meetingId: string, things: ReadonlyMap<string, Thing>, delayMs: number, tries: number): void {
    const rest = [...things].filter(([id]) => !this.#isWaiting(meetingId, id));
    if (rest.length > 0) this.#later(meetingId, new Map(rest), delayMs, tries);
  }

  #isWaiting(meetingId: string, id: string): boolean {
    return this.#waiting.get(meetingId)?.has(id) === true;
  }

  async #tell(meetingId: string, things: ReadonlyMap<string, Thing>): Promise<void> {
    const told = await this.#told.read(meetingId, things);
    if (told.size === 0) return;
    const events = this.#told.eventsOf([...told.values()]);
    this.#deps.rooms.changed(meetingId, await this.#deps.store.tell(meetingId, events));
    const settled = new Map([...things].filter(([id]) => !this.#isWaiting(meetingId, id)));
    if (settled.size === 0) return;
    // Another replica may have read after us and told before us.
    const now = await this.#told.read(meetingId, settled);
    const changed = [...settled].filter(([id]) => now.has(id) && !isDeepStrictEqual(now.get(id), told.get(id)));
    this.#again(meetingId, new Map(changed), this.#told.gatherMs, mostTries);
  }
}
