import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import type { Principal } from '../../core/access/authorize.ts';
import type { ListedBan } from '../../core/access/bans.ts';
import { doorOf } from '../../core/meeting/meeting.ts';
import type { LiveAccess } from '../access/live.ts';
import type { Bans } from './ports.ts';

export interface BanListDeps {
  live: Pick<LiveAccess, 'require'>;
  bans: Pick<Bans, 'listNamed' | 'lift'>;
  logger: Logger;
}

/** Who was banned from a meeting: its breakout rooms have the same. For its hosts and whom it belongs to. */
export class BanList {
  readonly #deps: BanListDeps;

  constructor(deps: BanListDeps) {
    this.#deps = deps;
  }

  /** The latest first. Errors: TOKEN_INVALID, MEETING_NOT_FOUND, FORBIDDEN, STATE_UNAVAILABLE. */
  async list(principal: Principal, meetingId: string): Promise<readonly ListedBan[]> {
    return await this.#deps.bans.listNamed(await this.#door(principal, meetingId));
  }

  /**
   * Somebody may come back; with the ban goes what was kept of their network. Who waits for that network goes on waiting until a
   * host decides. Errors: those of {@link list}, PARTICIPANT_NOT_FOUND (nobody of that id is banned).
   */
  async lift(principal: Principal, meetingId: string, participantId: string): Promise<void> {
    const lifted = await this.#deps.bans.lift(await this.#door(principal, meetingId), participantId);
    if (!lifted) throw new CanopyError('PARTICIPANT_NOT_FOUND');
    this.#deps.logger.info({ meetingId, participantId }, 'a ban was lifted');
  }

  async #door(principal: Principal, meetingId: string): Promise<string> {
    const action = 'bans.manage';
    return doorOf(await this.#deps.live.require(principal, meetingId, (meeting) => ({ action, meeting })));
  }
}
