import type { Logger } from '@canopy/runtime/logger';
import { successorOf } from '../../core/meeting/succession.ts';
import type { BreakoutRecords } from '../breakouts/ports.ts';
import type { MeetingRecords } from '../meetings/ports.ts';
import type { MeetingStateStore } from './meeting-state-store.ts';
import type { Roles } from './roles.ts';

export interface SuccessionDeps {
  store: Pick<MeetingStateStore, 'read'>;
  meetings: Pick<MeetingRecords, 'find'>;
  breakouts: Pick<BreakoutRecords, 'find'>;
  roles: Pick<Roles, 'give'>;
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
      const { id: participantId, where } = successor;
      await this.#deps.roles.give(where, participantId, 'host');
      this.#deps.logger.info({ meetingId: where.id, participantId }, 'a cohost became host');
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
        const where = { id, parentId: id === main ? undefined : main };
        return participants.map((participant) => ({ ...participant, where }));
      }),
    );
    return inEach.flat();
  }
}
