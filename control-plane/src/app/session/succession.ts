import type { Logger } from '@canopy/runtime/logger';
import { successorOf } from '../../core/meeting/succession.ts';
import type { Family } from './family.ts';
import type { Roles } from './roles.ts';

export interface SuccessionDeps {
  family: Pick<Family, 'everybody'>;
  roles: Pick<Roles, 'give'>;
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
      const successor = successorOf(await this.#deps.family.everybody(meetingId));
      if (successor === undefined) return;
      const { id: participantId, where } = successor;
      await this.#deps.roles.give(where, participantId, 'host');
      this.#deps.logger.info({ meetingId: where.id, participantId }, 'a cohost became host');
    } catch (error) {
      this.#deps.logger.warn({ err: error, meetingId }, 'nobody became host');
    }
  }
}
