import type { Logger } from '@canopy/runtime/logger';
import { successorOf } from '../../core/meeting/succession.ts';
import type { BreakoutRecords } from '../breakouts/ports.ts';
import type { Rooms } from '../events/rooms.ts';
import type { AttendanceRecords, MeetingRecords } from '../meetings/ports.ts';
import type { MeetingStateStore } from './meeting-state-store.ts';

export interface SuccessionDeps {
  store: Pick<MeetingStateStore, 'read' | 'setRole'>;
  meetings: Pick<MeetingRecords, 'find'>;
  breakouts: Pick<BreakoutRecords, 'find'>;
  attendance: Pick<AttendanceRecords, 'roleChanged'>;
  rooms(): Rooms;
  logger: Logger;
}

/** A meeting goes on when its host leaves: a cohost becomes host. A meeting and its breakout rooms have their hosts in common. */
export class Succession {
  readonly #deps: SuccessionDeps;

  constructor(deps: SuccessionDeps) {
    this.#deps = deps;
  }

  /** Somebody who may have been the last host is gone. Never fails: the meeting goes on without a host then. */
  async somebodyLeft(meetingId: string): Promise<void> {
    try {
      const successor = successorOf(await this.#everybody(meetingId));
      if (successor === undefined) return;
      const { id: participantId, meetingId: where } = successor;
      this.#deps.rooms().changed(where, await this.#deps.store.setRole(where, participantId, 'host'));
      this.#deps.logger.info({ meetingId: where, participantId }, 'a cohost became host');
      await this.#deps.attendance.roleChanged(where, participantId, 'host');
    } catch (error) {
      this.#deps.logger.warn({ err: error, meetingId }, 'nobody became host');
    }
  }

  /** Those in the meeting first, then those of the meetings beside it. */
  async #everybody(meetingId: string) {
    const main = (await this.#deps.meetings.find(meetingId))?.parentId ?? meetingId;
    const rooms = (await this.#deps.breakouts.find(main))?.rooms ?? [];
    const family = new Set([meetingId, main, ...rooms.map(({ id }) => id)]);
    const inEach = await Promise.all(
      [...family].map(async (id) => {
        const { participants } = await this.#deps.store.read(id);
        return participants.map((participant) => ({ ...participant, meetingId: id }));
      }),
    );
    return inEach.flat();
  }
}
