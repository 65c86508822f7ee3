import type { Clock } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import type { Principal } from '../../core/access/authorize.ts';
import { type Meeting, profileOf } from '../../core/meeting/meeting.ts';
import { isAllowed } from '../../core/meeting/settings.ts';
import type { EdgeCandidate } from '../../core/placement/types.ts';
import {
  type Audience,
  edgesForAudience,
  seatsWithin,
  seatsWithRoom,
  type WarmChoice,
} from '../../core/placement/warmth.ts';
import type { Access } from '../access/access.ts';
import type { Planning } from '../planning/planning.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import type { MeetingRecords } from './ports.ts';
import type { WarmEdges } from './warm-edges.ts';
import type { WarmKeeping } from './warm-keeping.ts';

export interface WarmingDeps {
  access: Pick<Access, 'require'>;
  records: Pick<MeetingRecords, 'find' | 'startingBetween'>;
  edges: { candidates(): EdgeCandidate[] };
  warm: Pick<WarmEdges, 'keepWarm' | 'find'>;
  store: Pick<MeetingStateStore, 'usage'>;
  planning: Pick<Planning, 'ensure' | 'shrinkSoon'>;
  keeping: Pick<WarmKeeping, 'tell'>;
  overloadThreshold: number;
  /** True for the first replica that asks with this key within so many ms. Errors: STATE_UNAVAILABLE. */
  isFirst(key: string, forMs: number): Promise<boolean>;
  /** Nobody is the first with this key for so many ms. Errors: STATE_UNAVAILABLE. */
  done(key: string, forMs: number): Promise<void>;
  clock: Clock;
  logger: Logger;
}

const minutes = 60_000;
const warmForMs = 60 * minutes;
/** Scheduled meetings are prepared so long before they start. */
const aheadMs = 10 * minutes;
const lookEveryMs = 30_000;
/** Whoever tries has so long; after that, or if it failed, the next look of any replica tries again. */
const attemptMs = 20_000;

/** Prepares meetings for an audience that is not there yet: edges of its regions get a place in the plan, and the tracks, ahead of time. */
export class Warming {
  readonly #deps: WarmingDeps;

  constructor(deps: WarmingDeps) {
    this.#deps = deps;
  }

  /** Errors: MEETING_NOT_FOUND, FORBIDDEN, MEETING_ENDED, STATE_UNAVAILABLE. */
  async warm(principal: Principal, meetingId: string, audience: Audience): Promise<WarmChoice & { until: number }> {
    return await this.#prepare(await this.requireWarmable(principal, meetingId), audience);
  }

  /** The meeting, if it may be prepared. Errors: MEETING_NOT_FOUND, FORBIDDEN, MEETING_ENDED, STATE_UNAVAILABLE. */
  async requireWarmable(principal: Principal, meetingId: string): Promise<Meeting> {
    const meeting = await this.#deps.records.find(meetingId);
    if (meeting === undefined) throw new CanopyError('MEETING_NOT_FOUND');
    this.#deps.access.require(principal, { action: 'meeting.warm', meeting });
    if (meeting.status === 'ended') throw new CanopyError('MEETING_ENDED');
    return meeting;
  }

  /** Prepares scheduled meetings that name their audience, until the returned function is called. */
  run(): () => void {
    return this.#deps.clock.every(lookEveryMs, () => {
      this.prepareScheduled().catch((error: unknown) => {
        this.#deps.logger.debug({ err: error }, 'scheduled meetings could not be prepared');
      });
    });
  }

  /** Prepares each once, by one replica for all; one that could not be is tried again the next time. Errors: STATE_UNAVAILABLE. */
  async prepareScheduled(): Promise<void> {
    const now = this.#deps.clock.now();
    for (const meeting of await this.#deps.records.startingBetween(now, now + aheadMs)) {
      const audience = meeting.settings.expectedAudience;
      // One that was changed meanwhile is prepared for as well.
      const key = `warm ${meeting.id} ${JSON.stringify(audience)}`;
      if (audience === undefined || !(await this.#deps.isFirst(key, attemptMs))) continue;
      try {
        await this.#prepare(meeting, audience);
        await this.#deps.done(key, aheadMs + lookEveryMs);
      } catch (error) {
        this.#deps.logger.warn({ err: error, meetingId: meeting.id }, 'a scheduled meeting could not be prepared yet');
      }
    }
  }

  async #prepare(meeting: Meeting, audience: Audience): Promise<WarmChoice & { until: number }> {
    const { id, settings } = meeting;
    const [before, { usage }] = await Promise.all([this.#deps.warm.find(id), this.#deps.store.usage(id)]);
    const edges = this.#deps.edges.candidates().filter(({ region }) => isAllowed(region, settings.allowedRegions));
    const { overloadThreshold } = this.#deps;
    const { participants } = usage;
    const held = { seats: seatsWithin(before?.seats ?? {}, settings.allowedRegions), participants };
    // Whoever asks is told for whom there is no room now, also where there was when they asked before.
    const seats = seatsWithRoom(held, edges, overloadThreshold);
    const choice = edgesForAudience(audience, edges, overloadThreshold, { seats, participants });
    await this.#deps.warm.keepWarm(id, { audience, seats: choice.seats }, warmForMs);
    await this.#deps.planning.ensure(id, profileOf(meeting), 'warmed');
    await this.#deps.keeping.tell(id);
    this.#deps.clock.after(warmForMs, () => this.#deps.planning.shrinkSoon(id, 'warmed'));
    this.#deps.logger.info({ meetingId: id, ...choice }, 'meeting warmed');
    return { ...choice, until: this.#deps.clock.now() + warmForMs };
  }
}
