import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { keepTrying } from '@canopy/runtime/keep-trying';
import type { Logger } from '@canopy/runtime/logger';
import { successorOf } from '../../core/meeting/succession.ts';
import type { Family } from './family.ts';
import type { Roles } from './roles.ts';

export interface SuccessionDeps {
  family: Pick<Family, 'everybody'>;
  roles: Pick<Roles, 'give'>;
  clock: Clock;
  random: () => number;
  logger: Logger;
}

const backoff = { initialMs: 1_000, maxMs: 10_000 };
/** Longer than the database is ever promised to be away. */
const giveUpAfterMs = 600_000;

/** A meeting goes on when its host leaves: a cohost becomes host. */
export class Succession {
  readonly #deps: SuccessionDeps;
  /** Meetings looked at again and again, as the state could not be read. */
  readonly #retried = new Set<string>();

  constructor(deps: SuccessionDeps) {
    this.#deps = deps;
  }

  /** Somebody who may have been the last host is gone. Never fails: what can't be read now is looked at later, in the background, and until then the meeting goes on without a host. */
  async somebodyLeft(meetingId: string): Promise<void> {
    try {
      await this.#succeed(meetingId);
    } catch (error) {
      if (CanopyError.from(error).retryable) void this.#later(meetingId);
      else this.#failed(meetingId, error);
    }
  }

  async #succeed(meetingId: string): Promise<void> {
    const successor = successorOf(await this.#deps.family.everybody(meetingId));
    if (successor === undefined) return;
    const { id: participantId, where } = successor;
    await this.#deps.roles.give(where, participantId, 'host');
    this.#deps.logger.info({ meetingId: where.id, participantId }, 'a cohost became host');
  }

  async #later(meetingId: string): Promise<void> {
    if (this.#retried.has(meetingId)) return;
    this.#retried.add(meetingId);
    const { clock, random } = this.#deps;
    try {
      const until = clock.now() + giveUpAfterMs;
      await keepTrying(() => this.#succeed(meetingId), { ...backoff, until, clock, random });
    } catch (error) {
      this.#failed(meetingId, error);
    } finally {
      this.#retried.delete(meetingId);
    }
  }

  #failed(meetingId: string, error: unknown): void {
    this.#deps.logger.warn({ err: error, meetingId }, 'nobody became host');
  }
}
