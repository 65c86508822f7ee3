import type { Logger } from '@canopy/runtime/logger';
import { successorOf } from '../../core/meeting/succession.ts';
import type { Rooms } from '../events/rooms.ts';
import type { AttendanceRecords } from '../meetings/ports.ts';
import type { MeetingStateStore } from './meeting-state-store.ts';

export interface SuccessionDeps {
  store: Pick<MeetingStateStore, 'read' | 'setRole'>;
  attendance: Pick<AttendanceRecords, 'roleChanged'>;
  rooms(): Rooms;
  logger: Logger;
}

/** A meeting goes on when its host leaves: a cohost becomes host. */
export class Succession {
  readonly #deps: SuccessionDeps;

  constructor(deps: SuccessionDeps) {
    this.#deps = deps;
  }

  /** Somebody who may have been the last host is gone. Never fails: the meeting goes on without a host then. */
  async somebodyLeft(meetingId: string): Promise<void> {
    try {
      const successor = successorOf((await this.#deps.store.read(meetingId)).participants);
      if (successor === undefined) return;
      this.#deps.rooms().changed(meetingId, await this.#deps.store.setRole(meetingId, successor.id, 'host'));
      this.#deps.logger.info({ meetingId, participantId: successor.id }, 'a cohost became host');
      await this.#deps.attendance.roleChanged(meetingId, successor.id, 'host');
    } catch (error) {
      this.#deps.logger.warn({ err: error, meetingId }, 'nobody became host');
    }
  }
}
