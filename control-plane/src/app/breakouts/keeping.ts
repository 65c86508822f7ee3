import type { Breakouts as WireBreakouts } from '@canopy/proto/breakouts';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { inTurns } from '@canopy/runtime/in-turns';
import type { Logger } from '@canopy/runtime/logger';
import { type Breakouts, belongsTo, type Place } from '../../core/breakouts/breakouts.ts';
import { canManage } from '../../core/meeting/roles.ts';
import type { Room } from '../events/room.ts';
import type { Rooms } from '../events/rooms.ts';
import type { Ending } from '../meetings/ending.ts';
import type { MeetingRecords } from '../meetings/ports.ts';
import type { LiveSession } from '../session/live-session.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import type { Transferring } from '../session/transferring.ts';
import { mainMeetingOf } from './main-meeting.ts';
import type { BreakoutRecords } from './ports.ts';
import { presentIn } from './presence.ts';
import { overviewOf, placesOf } from './wire.ts';

export interface BreakoutKeepingDeps {
  records: Pick<BreakoutRecords, 'list' | 'places' | 'closeDue' | 'leftRooms' | 'forget'>;
  meetings: Pick<MeetingRecords, 'find'>;
  store: Pick<MeetingStateStore, 'everybody' | 'participantCount'>;
  rooms: Pick<Rooms, 'list'>;
  transferring: Pick<Transferring, 'move'>;
  ending: Pick<Ending, 'end'>;
  clock: Clock;
  logger: Logger;
}

interface Here {
  room: Room;
  session: LiveSession;
}

const lookEveryMs = 1_000;
const mostAtOnce = 16;

/**
 * Makes true what {@link BreakoutRecords} say. Each replica looks again and again, and whenever something changed: closes
 * what is due, brings those who are connected to it where they belong, tells them what they may know, and ends rooms that
 * are left. Nothing depends on a message that might be lost, or on a replica that might die.
 */
export class BreakoutKeeping {
  readonly #deps: BreakoutKeepingDeps;
  #wanted = false;
  #busy = false;
  /** Main meetings whose people are being moved. */
  readonly #moving = new Set<string>();

  constructor(deps: BreakoutKeepingDeps) {
    this.#deps = deps;
  }

  run(): () => void {
    return this.#deps.clock.every(lookEveryMs, () => this.soon());
  }

  soon(): void {
    this.#wanted = true;
    if (!this.#busy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#busy = true;
    while (this.#wanted) {
      this.#wanted = false;
      try {
        await this.#look();
      } catch (error) {
        this.#deps.logger.debug({ err: error }, 'breakout rooms could not be looked after');
      }
    }
    this.#busy = false;
  }

  async #look(): Promise<void> {
    for (const meetingId of await this.#deps.records.closeDue()) {
      this.#deps.logger.info({ meetingId }, 'the time of breakout rooms is over');
    }
    const here = Map.groupBy(this.#sessions(), ({ session }) => mainMeetingOf(session));
    const concerned = await this.#deps.records.list([...here.keys()]);
    await Promise.all(concerned.map((breakouts) => this.#follow(breakouts, here.get(breakouts.meetingId) ?? [])));
    await this.#endRooms();
  }

  #sessions(): Here[] {
    return this.#deps.rooms.list().flatMap((room) => room.sessions().map((session) => ({ room, session })));
  }

  async #follow(breakouts: Breakouts, here: readonly Here[]): Promise<void> {
    const places = await this.#deps.records.places(breakouts.meetingId);
    const byId = new Map(places.map((place) => [place.participantId, place]));
    const target = ({ session }: Here) => belongsTo(breakouts, byId.get(session.participantId));
    this.#move(
      breakouts,
      here.filter((one) => one.session.staysPut !== true && target(one) !== one.session.meetingId),
      target,
    );
    await this.#tell(breakouts, places, here, target);
  }

  /** In the background, for an edge may take its time: what else there is to do goes on. */
  #move({ meetingId }: Breakouts, misplaced: readonly Here[], target: (one: Here) => string): void {
    if (misplaced.length === 0 || this.#moving.has(meetingId)) return;
    this.#moving.add(meetingId);
    let moved = false;
    const tried = inTurns(misplaced, mostAtOnce, async (one) => {
      if (await this.#moveOne(one, target(one))) moved = true;
    });
    void tried.finally(() => {
      this.#moving.delete(meetingId);
      if (moved) this.soon();
    });
  }

  /** Whether it moved: who can't be moved now stays, and is tried again when it is time to look. */
  async #moveOne({ room, session }: Here, meetingId: string): Promise<boolean> {
    try {
      const to = await this.#deps.meetings.find(meetingId);
      if (to === undefined || to.status === 'ended') return false;
      return await this.#deps.transferring.move(room, session, to);
    } catch (error) {
      const { participantId } = session;
      const { code } = CanopyError.from(error);
      this.#deps.logger.warn(
        { err: error, code, meetingId, participantId },
        'a participant is not where it belongs yet',
      );
      return false;
    }
  }

  async #tell(
    breakouts: Breakouts,
    places: readonly Place[],
    here: readonly Here[],
    target: (one: Here) => string,
  ): Promise<void> {
    const toAll = overviewOf(breakouts, false);
    const managers = here.filter(({ session }) => canManage(session.role));
    const toManagers = overviewOf(breakouts, true);
    if (managers.length > 0 && breakouts.phase !== 'closed') {
      toManagers.places = placesOf(breakouts, places, await presentIn(this.#deps.store, breakouts));
    }
    const fingerprints = new Map([toAll, toManagers].map((told) => [told, JSON.stringify(told)]));
    for (const one of here) {
      const told = canManage(one.session.role) ? toManagers : toAll;
      const roomId = target(one) === breakouts.meetingId ? '' : target(one);
      this.#tellOne(one, { ...told, ownRoomId: roomId }, `${fingerprints.get(told)} ${roomId}`);
    }
  }

  /** What it knows already it is not told again. */
  #tellOne({ room, session }: Here, breakouts: WireBreakouts, fingerprint: string): void {
    if (session.toldBreakouts === fingerprint) return;
    session.toldBreakouts = fingerprint;
    const message = { breakouts: { ...breakouts, now: this.#deps.clock.now() } };
    room
      .push(session.connectionId, async () => message)
      .catch((error: unknown) => {
        this.#deps.logger.debug({ err: error }, 'a participant was not told of breakout rooms');
      });
  }

  /** A room that is left ends when nobody is in it, or those who are don't come back. */
  async #endRooms(): Promise<void> {
    for (const { id, overdue } of await this.#deps.records.leftRooms()) {
      if (overdue || (await this.#deps.store.participantCount(id)) === 0) await this.#deps.ending.end(id);
    }
    await this.#deps.records.forget();
  }
}
