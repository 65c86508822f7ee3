import { CanopyError } from '@canopy/runtime/errors';
import { successorOf } from '../../core/meeting/succession.ts';
import { LaterTries, type LaterTriesDeps } from '../later-tries.ts';
import type { Family } from './family.ts';
import type { Roles } from './roles.ts';

export interface SuccessionDeps extends LaterTriesDeps {
  family: Pick<Family, 'everybody'>;
  roles: Pick<Roles, 'give'>;
}

const loss = 'nobody became host';

/** A meeting goes on when its host leaves: a cohost becomes host. */
export class Succession {
  readonly #deps: SuccessionDeps;
  readonly #later: LaterTries;

  constructor(deps: SuccessionDeps) {
    this.#deps = deps;
    this.#later = new LaterTries(deps);
  }

  /** Somebody who may have been the last host is gone. Never fails: what can't be read now is looked at later, in the background, and until then the meeting goes on without a host. */
  async somebodyLeft(meetingId: string): Promise<void> {
    try {
      await this.#succeed(meetingId);
    } catch (error) {
      if (CanopyError.from(error).retryable) void this.#later.again(meetingId, () => this.#succeed(meetingId), loss);
      else this.#deps.logger.warn({ err: error, meetingId }, loss);
    }
  }

  async #succeed(meetingId: string): Promise<void> {
    const successor = successorOf(await this.#deps.family.everybody(meetingId));
    if (successor === undefined) return;
    const { id: participantId, where } = successor;
    await this.#deps.roles.give(where, participantId, 'host');
    this.#deps.logger.info({ meetingId: where.id, participantId }, 'a cohost became host');
  }
}
