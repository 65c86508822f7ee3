import type { Clock } from '@canopy/runtime/clock';
import { insist } from '@canopy/runtime/insist';
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
  session({ edgeId, openingId }: SessionName, meetingId: string, participantId: string): Promise<void> {
    const session = { meetingId, participantId, openingId };
    return this.#close(edgeId, session, () => this.#deps.media.closeSession(edgeId, session));
  }

  /** Closes everything that a meeting has on an edge, in the same way. */
  meeting(edgeId: string, meetingId: string): Promise<void> {
    return this.#close(edgeId, { meetingId }, () => this.#deps.media.closeMeeting(edgeId, { meetingId }));
  }

  async #close(edgeId: string, what: object, close: () => Promise<void>): Promise<void> {
    const { clock, random, logger } = this.#deps;
    try {
      await close();
    } catch (error) {
      logger.warn({ err: error, edgeId, ...what }, 'media could not be closed on an edge yet');
      const again = async () => {
        if (this.#deps.isAlive(edgeId)) await close();
      };
      insist(again, { ...backoff, until: clock.now() + giveUpAfterMs, clock, random }).catch((last: unknown) => {
        logger.warn({ err: last, edgeId, ...what }, 'media was not closed on an edge');
      });
    }
  }
}
