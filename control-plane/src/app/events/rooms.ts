import type { Clock } from '@canopy/runtime/clock';
import type { Change } from '../../core/meeting/state.ts';
import { unlessBusy } from '../unless-busy.ts';
import { Room, type RoomDeps } from './room.ts';

interface Entry {
  room: Room;
  opened: Promise<void>;
  users: number;
}

/** The rooms of this replica: one per meeting with a connection here. */
export class Rooms {
  readonly #entries = new Map<string, Entry>();
  readonly #deps: RoomDeps;

  constructor(deps: RoomDeps) {
    this.#deps = deps;
  }

  /** The meeting's room, opened if need be. Each call is paired with one of {@link release}. Errors: STATE_UNAVAILABLE. */
  async acquire(meetingId: string): Promise<Room> {
    let entry = this.#entries.get(meetingId);
    if (entry === undefined) {
      const room = new Room(meetingId, this.#deps);
      entry = { room, opened: room.open(), users: 0 };
      this.#entries.set(meetingId, entry);
    }
    entry.users += 1;
    try {
      await entry.opened;
    } catch (error) {
      this.#leave(meetingId, entry);
      throw error;
    }
    return entry.room;
  }

  release(room: Room): void {
    const entry = this.#entries.get(room.meetingId);
    if (entry?.room === room) this.#leave(room.meetingId, entry);
  }

  /** The meeting's room, if somebody is connected here. */
  find(meetingId: string): Room | undefined {
    return this.#entries.get(meetingId)?.room;
  }

  /** A change made by this replica, of a meeting that it may have nobody of. */
  changed(meetingId: string, change: Change): void {
    const room = this.find(meetingId);
    if (room === undefined) this.#deps.bus.announceEvents(meetingId, change.events);
    else room.changed(change);
  }

  list(): Room[] {
    return [...this.#entries.values()].map(({ room }) => room);
  }

  /** Compares every room with its stream, for the bus may have lost something. */
  async compare(): Promise<void> {
    const rooms = this.list();
    if (rooms.length === 0) return;
    const positions = await this.#deps.stream.positions(rooms.map(({ meetingId }) => meetingId));
    await Promise.all(rooms.map((room, index) => room.compare(positions[index])));
  }

  /** Does that every `periodMs`. Returns what ends it. */
  compareEvery(periodMs: number, clock: Clock): () => void {
    const compare = unlessBusy(async () => {
      try {
        await this.compare();
      } catch (error) {
        this.#deps.logger.debug({ err: error }, 'event streams could not be compared');
      }
    });
    return clock.every(periodMs, () => void compare());
  }

  /** Tells who does not follow each who is counted how many there are, and who is to know it whom the meeting reaches, every `periodMs`. Returns what ends it. */
  countEvery(periodMs: number, clock: Clock): () => void {
    return clock.every(periodMs, () => {
      for (const room of this.list()) {
        room.tellCounts();
        room.tellReceptions();
      }
    });
  }

  #leave(meetingId: string, entry: Entry): void {
    entry.users -= 1;
    if (entry.users > 0 || this.#entries.get(meetingId) !== entry) return;
    this.#entries.delete(meetingId);
    entry.room.close();
  }
}
