import { backoffMs } from '@canopy/runtime/backoff';
import { type Clock, pause } from '@canopy/runtime/clock';
import { keepTrying } from '@canopy/runtime/keep-trying';
import type { Logger } from '@canopy/runtime/logger';
import type { SessionName } from '../../core/meeting/session.ts';
import type { EdgeMedia } from '../edges/edge-media.ts';

export interface ClosingDeps {
  media: Pick<EdgeMedia, 'closeSession' | 'closeMeeting'>;
  isAlive(edgeId: string): boolean;
  clock: Clock;
  random: () => number;
  logger: Logger;
}

const backoff = { initialMs: 1_000, maxMs: 10_000 };
/** By then it is found among what is nobody's. */
const giveUpAfterMs = 120_000;

/**
 * Closes media on edges. What can't be closed at once, for its edge does not answer here, is closed again and again in the
 * background as long as that lives: who was removed must not go on receiving. Nobody waits for that.
 */
export class Closing {
  readonly #deps: ClosingDeps;

  constructor(deps: ClosingDeps) {
    this.#deps = deps;
  }

  /** Resolves when the edge has answered, or not in time. Never fails. */
  async session({ edgeId, openingId }: SessionName, meetingId: string, participantId: string): Promise<void> {
    const session = { meetingId, participantId, openingId };
    const close = () => this.#deps.media.closeSession(edgeId, session);
    const isClosed = await this.#try(edgeId, session, close);
    // One without a name may later be another one, of somebody who came back.
    if (!isClosed && openingId !== undefined) void this.#keepClosing(edgeId, session, close);
  }

  /** Closes everything that a meeting has on an edge, in the same way. */
  async meeting(edgeId: string, meetingId: string): Promise<void> {
    const close = () => this.#deps.media.closeMeeting(edgeId, { meetingId });
    if (!(await this.#try(edgeId, { meetingId }, close))) void this.#keepClosing(edgeId, { meetingId }, close);
  }

  async #try(edgeId: string, what: object, close: () => Promise<void>): Promise<boolean> {
    try {
      await close();
      return true;
    } catch (error) {
      this.#deps.logger.warn({ err: error, edgeId, ...what }, 'media could not be closed on an edge yet');
      return false;
    }
  }

  async #keepClosing(edgeId: string, what: object, close: () => Promise<void>): Promise<void> {
    const { clock, random, logger } = this.#deps;
    const until = clock.now() + giveUpAfterMs;
    const again = async () => {
      if (this.#deps.isAlive(edgeId)) await close();
    };
    try {
      await pause(clock, backoffMs(0, backoff, random()));
      await keepTrying(again, { ...backoff, until, clock, random });
    } catch (error) {
      logger.warn({ err: error, edgeId, ...what }, 'media was not closed on an edge');
    }
  }
}
