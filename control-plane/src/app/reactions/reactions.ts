import type { Reactions as ReactionsMessage } from '@canopy/proto/reactions';
import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { canPublish } from '../../core/meeting/roles.ts';
import type { Access } from '../access/access.ts';
import type { Caller } from '../access/caller.ts';
import type { Limiter } from '../access/ports.ts';
import type { Rooms } from '../events/rooms.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';

export interface ReactionsDeps {
  access: Pick<Access, 'require'>;
  store: Pick<MeetingStateStore, 'tell'>;
  rooms: Pick<Rooms, 'changed'>;
  limit: Limiter;
  clock: Clock;
  logger: Logger;
}

/** How long the reactions of a webinar's audience are gathered. */
const gatherMs = 1_000;

/** Emojis over the stage: of somebody on it at once, of an audience counted, so that it costs the same whatever its size. */
export class Reactions {
  readonly #deps: ReactionsDeps;
  /** By meeting, what its audience on this replica sent since it was last told: how many of each emoji. */
  readonly #gathered = new Map<string, Map<string, number>>();

  constructor(deps: ReactionsDeps) {
    this.#deps = deps;
  }

  /** Errors: FORBIDDEN (no participant), RATE_LIMITED, MEETING_ENDED, STATE_UNAVAILABLE. */
  async send({ principal, name, meeting }: Caller, emoji: string): Promise<void> {
    this.#deps.access.require(principal, { action: 'reaction.send', meeting });
    if (principal.kind !== 'participant') throw new CanopyError('FORBIDDEN');
    const { meetingId, participantId, role } = principal;
    await this.#deps.limit(`${meetingId}:${participantId}`);
    if (meeting.mode === 'webinar' && !canPublish(role)) this.#gather(meetingId, emoji);
    else await this.#tell(meetingId, { participantId, name }, new Map([[emoji, 1]]));
  }

  #gather(meetingId: string, emoji: string): void {
    const known = this.#gathered.get(meetingId);
    const counts = known ?? new Map<string, number>();
    counts.set(emoji, (counts.get(emoji) ?? 0) + 1);
    if (known !== undefined) return;
    this.#gathered.set(meetingId, counts);
    this.#deps.clock.after(gatherMs, () => {
      this.#gathered.delete(meetingId);
      this.#tell(meetingId, { participantId: '' }, counts).catch((error: unknown) => {
        this.#deps.logger.debug({ err: error, meetingId }, 'reactions of an audience were not told');
      });
    });
  }

  async #tell(
    meetingId: string,
    from: Pick<ReactionsMessage, 'participantId' | 'name'>,
    of: ReadonlyMap<string, number>,
  ): Promise<void> {
    const counts = [...of].map(([emoji, count]) => ({ emoji, count }));
    const change = await this.#deps.store.tell(meetingId, [{ reactions: { ...from, counts } }]);
    this.#deps.rooms.changed(meetingId, change);
  }
}
