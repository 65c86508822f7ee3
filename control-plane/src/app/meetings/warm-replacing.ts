import type { Clock } from '@canopy/runtime/clock';
import { inTurns } from '@canopy/runtime/in-turns';
import type { Logger } from '@canopy/runtime/logger';
import type { EdgeChange } from '../../core/edges/edge-record.ts';
import { profileOf } from '../../core/meeting/meeting.ts';
import { isAllowed } from '../../core/meeting/settings.ts';
import type { EdgeCandidate } from '../../core/placement/types.ts';
import { edgesForAudience, edgesOfSeats, type WarmChoice } from '../../core/placement/warmth.ts';
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
 * Prepares other edges for an announced audience in place of those that take nobody any more. Every replica looks; whoever is
 * the first to see it does it, since what is kept is replaced only if it is still what was looked at.
 */
export class WarmReplacing {
  readonly #deps: WarmReplacingDeps;
  readonly #look: () => Promise<void>;
  /** Whose edges were replaced here, and whose plan does not lead there yet. */
  readonly #unplanned = new Set<string>();
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

  /** Looks at all meetings once. Errors: STATE_UNAVAILABLE. */
  async replaceLost(): Promise<void> {
    const warm = await this.#deps.warm.warmMeetings();
    for (const meetingId of this.#unplanned) if (!warm.includes(meetingId)) this.#unplanned.delete(meetingId);
    await inTurns(warm, mostAtOnce, async (meetingId) => {
      try {
        await this.#replaceIn(meetingId);
      } catch (error) {
        this.#deps.logger.warn({ err: error, meetingId }, 'a prepared edge could not be replaced yet');
      }
    });
  }

  async #replaceIn(meetingId: string): Promise<void> {
    const { warm, records, store, edges } = this.#deps;
    const known = await warm.find(meetingId);
    if (known === undefined) return;
    const isWell = !isOther(this.#choose(known, edges.candidates(), new Map()), known);
    if (isWell && !this.#unplanned.has(meetingId)) return;
    const [meeting, { usage }] = await Promise.all([records.find(meetingId), store.usage(meetingId)]);
    if (meeting === undefined || meeting.status === 'ended') return;
    const { allowedRegions } = meeting.settings;
    const allowed = edges.candidates().filter(({ region }) => isAllowed(region, allowedRegions));
    const choice = this.#choose(known, allowed, usage.participants);
    if (isOther(choice, known)) {
      if (!(await warm.replace(meetingId, known, { ...known, seats: choice.seats }))) return;
      this.#unplanned.add(meetingId);
      const { edgeIds, short } = choice;
      this.#deps.logger.info(
        { meetingId, before: edgesOfSeats(known.seats), edgeIds, short },
        'prepared edges replaced',
      );
    }
    if (!this.#unplanned.has(meetingId)) return;
    await this.#deps.planning.ensure(meetingId, profileOf(meeting));
    this.#unplanned.delete(meetingId);
    await this.#deps.keeping.tell(meetingId);
  }

  #choose(
    { audience, seats }: Warmth,
    edges: readonly EdgeCandidate[],
    participants: ReadonlyMap<string, number>,
  ): WarmChoice {
    return edgesForAudience(audience, edges, this.#deps.overloadThreshold, { seats, participants });
  }
}

function isOther({ seats }: WarmChoice, known: Warmth): boolean {
  const [after, before] = [edgesOfSeats(seats), edgesOfSeats(known.seats)];
  return after.length !== before.length || after.some((edgeId, index) => edgeId !== before[index]);
}
