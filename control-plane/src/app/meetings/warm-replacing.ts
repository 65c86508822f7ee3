import type { Clock } from '@canopy/runtime/clock';
import { inTurns } from '@canopy/runtime/in-turns';
import type { Logger } from '@canopy/runtime/logger';
import type { EdgeChange } from '../../core/edges/edge-record.ts';
import { type Hearing, hearsWell, type SilenceLimits } from '../../core/edges/hearing.ts';
import { profileOf } from '../../core/meeting/meeting.ts';
import { isAllowed } from '../../core/meeting/settings.ts';
import type { EdgeCandidate } from '../../core/placement/types.ts';
import { edgesForAudience, edgesOfSeats, seatsWithin, type WarmChoice } from '../../core/placement/warmth.ts';
import { edgesOf, type MeetingPlan } from '../../core/routing/meeting-plan.ts';
import type { Planning } from '../planning/planning.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';
import { unlessBusy } from '../unless-busy.ts';
import type { MeetingRecords } from './ports.ts';
import type { WarmEdges, Warmth } from './warm-edges.ts';
import type { WarmKeeping } from './warm-keeping.ts';

export interface WarmReplacingDeps {
  warm: Pick<WarmEdges, 'warmMeetings' | 'find' | 'replace'>;
  records: Pick<MeetingRecords, 'find'>;
  store: Pick<MeetingStateStore, 'usage'>;
  edges: { candidates(): EdgeCandidate[] };
  planning: Pick<Planning, 'ensure'>;
  keeping: Pick<WarmKeeping, 'tell'>;
  overloadThreshold: number;
  /** What is known of edges is old where the bus is not heard. */
  bus: { hearing(): Hearing };
  limits: SilenceLimits;
  clock: Clock;
  logger: Logger;
}

/** Sees also what no change tells: an edge that is overloaded, or came where there was none to be found. */
const lookEveryMs = 5_000;
/** Edges of a region go at about the same time. */
const soonMs = 200;
const mostAtOnce = 8;

/** After these an edge may take nobody any more. */
const losses: ReadonlySet<EdgeChange['kind']> = new Set(['died', 'quarantined', 'changed', 'foreign']);

/**
 * Prepares other edges for an announced audience in place of those that take nobody any more, or that are where the media may
 * not be by now. Every replica looks that hears the bus; whoever is the first to see it does it, since what is kept is replaced
 * only if it is still what was looked at.
 */
export class WarmReplacing {
  readonly #deps: WarmReplacingDeps;
  readonly #look: () => Promise<void>;
  #due = false;

  constructor(deps: WarmReplacingDeps) {
    this.#deps = deps;
    const look = unlessBusy(() => this.replaceLost());
    this.#look = () =>
      look().catch((error: unknown) => {
        deps.logger.debug({ err: error }, 'prepared edges could not be looked at');
      });
  }

  /** Looks again and again until the returned function is called. */
  run(): () => void {
    return this.#deps.clock.every(lookEveryMs, () => void this.#look());
  }

  edgeChanged({ kind }: EdgeChange): void {
    if (this.#due || !losses.has(kind)) return;
    this.#due = true;
    this.#deps.clock.after(soonMs, () => {
      this.#due = false;
      void this.#look();
    });
  }

  /** Looks at all meetings once, unless edges can't be heard. Errors: STATE_UNAVAILABLE. */
  async replaceLost(): Promise<void> {
    const { bus, limits, clock } = this.#deps;
    // One that is cut off and one that is not would put each other's edges back again and again.
    if (!hearsWell(bus.hearing(), limits, clock.now())) return;
    const warm = await this.#deps.warm.warmMeetings();
    await inTurns(warm, mostAtOnce, async (meetingId) => {
      try {
        await this.#replaceIn(meetingId);
      } catch (error) {
        this.#deps.logger.warn({ err: error, meetingId }, 'a prepared edge could not be replaced yet');
      }
    });
  }

  async #replaceIn(meetingId: string): Promise<void> {
    const { warm, records, store, planning, keeping, logger } = this.#deps;
    const [known, now] = await Promise.all([warm.find(meetingId), store.usage(meetingId)]);
    if (known === undefined) return;
    const { usage, plan, profile } = now;
    const seen = this.#choose(known, usage.participants, profile?.settings.allowedRegions);
    if (!isOther(seen, known)) {
      // Whoever put them there may have gone before the plan led there.
      if (profile !== undefined && leavesOut(plan, seen.edgeIds))
        await planning.ensure(meetingId, profile, 'warmed', undefined, now);
      return;
    }
    const meeting = await records.find(meetingId);
    if (meeting === undefined || meeting.status === 'ended') return;
    const choice = this.#choose(known, usage.participants, meeting.settings.allowedRegions);
    if (!isOther(choice, known)) return;
    if (!(await warm.replace(meetingId, known, { ...known, seats: choice.seats }))) return;
    const { edgeIds, short } = choice;
    logger.info({ meetingId, before: edgesOfSeats(known.seats), edgeIds, short }, 'prepared edges replaced');
    await planning.ensure(meetingId, profileOf(meeting), 'warmed');
    await keeping.tell(meetingId);
  }

  #choose(
    { audience, seats }: Warmth,
    participants: ReadonlyMap<string, number>,
    allowedRegions: readonly string[] | undefined,
  ): WarmChoice {
    const edges = this.#deps.edges.candidates().filter(({ region }) => isAllowed(region, allowedRegions));
    const held = { seats: seatsWithin(seats, allowedRegions), participants };
    return edgesForAudience(audience, edges, this.#deps.overloadThreshold, held);
  }
}

function leavesOut(plan: MeetingPlan | undefined, edgeIds: readonly string[]): boolean {
  const planned = plan === undefined ? new Set<string>() : edgesOf(plan);
  return edgeIds.some((edgeId) => !planned.has(edgeId));
}

function isOther({ seats }: WarmChoice, known: Warmth): boolean {
  const [after, before] = [edgesOfSeats(seats), edgesOfSeats(known.seats)];
  return after.length !== before.length || after.some((edgeId, index) => edgeId !== before[index]);
}
