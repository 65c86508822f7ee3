import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RouteTable } from '@canopy/proto/routing';
import { type Clock, pause } from '@canopy/runtime/clock';
import { CanopyError } from '@canopy/runtime/errors';
import { KeyedQueue } from '@canopy/runtime/keyed-queue';
import type { Logger } from '@canopy/runtime/logger';
import { LRUCache } from 'lru-cache';
import { type MeetingProfile, newest } from '../../core/meeting/meeting.ts';
import {
  edgesOf,
  type MeetingPlan,
  planByCascade,
  planPolicy,
  routeTable,
  routingPrint,
} from '../../core/routing/meeting-plan.ts';
import type { PlanCause } from '../../core/routing/plan-cause.ts';
import { type PlanFigures, planFigures } from '../../core/routing/plan-figures.ts';
import { isClearlyBetter } from '../../core/routing/plan-worth.ts';
import type { EdgeMedia } from '../edges/edge-media.ts';
import type { MeetingNow, MeetingStateStore } from '../session/meeting-state-store.ts';
import { type CheckedMesh, type Newcomer, PlanCheck, type PlanCheckDeps, type Wish } from './plan-check.ts';
import type { PlanEpochs, PlanLease, PlanStore, RouteAnnouncer } from './ports.ts';

/** What planning needs of the meeting's state. */
type PlanningState = Pick<MeetingStateStore, 'usage'>;

/** What planning needs of the edges. */
interface PlanningMesh extends CheckedMesh {
  linkAddress(edgeId: string): string | undefined;
  highestEpoch(): number;
}

export interface PlanningDeps extends PlanCheckDeps {
  state: PlanningState;
  mesh: PlanningMesh;
  plans: PlanStore;
  lease: PlanLease;
  epochs: PlanEpochs;
  routes: RouteAnnouncer;
  media: Pick<EdgeMedia, 'setRoutes'>;
  newToken(): string;
  clock: Clock;
  logger: Logger;
  /** `before` is the plan whose place it takes. */
  onPlanned?(plan: MeetingPlan, before: MeetingPlan | undefined, made: Making): void;
}

/** How a plan was made. */
interface Making {
  figures: PlanFigures;
  elapsedMs: number;
  cause: PlanCause;
}

/** What a plan must do for its maker to be content. */
interface Goal extends Wish {
  /** Why it is looked at. */
  cause: PlanCause;
  /** No other plan may be clearly better by what is measured now. */
  best: boolean;
}

const contentment = { newcomer: undefined, tight: false, best: false };

const leaseMs = 3_000;
const patienceMs = 5_000;
const retryMs = 40;
const mostKnown = 4_096;
/** Who leaves often comes back, and an edge's last participant is often replaced by another. */
const shrinkAfterMs = 3_000;

/** Makes plans and puts them in force: under a lease, with an epoch from the database, never over a newer one. */
export class Planning {
  readonly #deps: PlanningDeps;
  readonly #check: PlanCheck;
  readonly #queue = new KeyedQueue();
  /** Plans last seen, for the time while the store is away; the one used longest ago goes first. */
  readonly #known = new LRUCache<string, MeetingPlan>({ max: mostKnown });
  readonly #shrinking = new Set<string>();

  constructor(deps: PlanningDeps) {
    this.#deps = deps;
    this.#check = new PlanCheck(deps);
  }

  /**
   * The plan in force, made anew if it does not lead every origin to every edge with participants, the newcomer's too, or was
   * made for other routing settings.
   * `cause` is told if it is made anew. `read` is the meeting's state if the caller has just read it. Errors: STATE_UNAVAILABLE, MEETING_NOT_FOUND.
   */
  async ensure(
    meetingId: string,
    profile: MeetingProfile,
    cause: PlanCause,
    newcomer?: Newcomer,
    read?: MeetingNow,
  ): Promise<MeetingPlan> {
    const now = read ?? (await this.#deps.state.usage(meetingId));
    const latest = newest(profile, now.profile);
    const goal = { ...contentment, cause, newcomer };
    if (now.plan !== undefined && this.#check.serves(now.plan, now.usage, latest, goal))
      return this.#remember(now.plan);
    return await this.#replanInTurn(meetingId, now, latest, goal);
  }

  /** Takes out of the plan, in a while, what nobody needs any more. */
  shrinkSoon(meetingId: string, cause: PlanCause): void {
    if (this.#shrinking.has(meetingId)) return;
    this.#shrinking.add(meetingId);
    this.#deps.clock.after(shrinkAfterMs, () => {
      this.#shrinking.delete(meetingId);
      this.shrink(meetingId, cause).catch((error: unknown) => {
        this.#deps.logger.warn({ err: error, meetingId }, 'a plan could not be made smaller');
      });
    });
  }

  /** Takes out of the plan what nobody needs any more. A meeting without anybody keeps its plan. Errors: STATE_UNAVAILABLE. */
  async shrink(meetingId: string, cause: PlanCause): Promise<void> {
    const now = await this.#deps.state.usage(meetingId);
    const { usage, plan, profile } = now;
    if (plan === undefined || profile === undefined || usage.participants.size === 0) return;
    const goal = { ...contentment, cause, tight: true };
    if (this.#check.serves(plan, usage, profile, goal)) return;
    await this.#replanInTurn(meetingId, now, profile, goal);
  }

  /** Makes the plan anew if another one is clearly better by what is measured now. A meeting without anybody keeps its plan. Errors: STATE_UNAVAILABLE. */
  async review(meetingId: string, cause: PlanCause): Promise<void> {
    const { usage, plan, profile } = await this.#deps.state.usage(meetingId);
    if (plan === undefined || profile === undefined || usage.participants.size === 0) return;
    await this.#queue.run(meetingId, () => this.#replan(meetingId, profile, { ...contentment, cause, best: true }));
  }

  /** Edges that feed others by the plan of a meeting that was seen last here. */
  parentsIn(meetingId: string): string[] {
    const cascades = [...(this.#known.get(meetingId)?.cascades.values() ?? [])];
    return cascades.flatMap(({ nodes }) => [...nodes.values()].map(({ parentId }) => parentId));
  }

  /** The routes of one edge in the plan in force; of the last plan seen here if the store is away. Errors: MEETING_NOT_FOUND, STATE_UNAVAILABLE. */
  async routesOf(meetingId: string, edgeId: string): Promise<RouteTable> {
    const plan = await this.#load(meetingId);
    if (plan === undefined) throw new CanopyError('MEETING_NOT_FOUND');
    return this.table(plan, edgeId);
  }

  table(plan: MeetingPlan, edgeId: string): RouteTable {
    return routeTable(plan, edgeId, (id) => this.#deps.mesh.linkAddress(id));
  }

  async #load(meetingId: string): Promise<MeetingPlan | undefined> {
    try {
      const plan = await this.#deps.plans.load(meetingId);
      return plan && this.#remember(plan);
    } catch (error) {
      const known = this.#known.get(meetingId);
      if (known === undefined) throw error;
      return known;
    }
  }

  /** An audience whose edge dies comes at once and wants the same: whoever finds that a plan made since it looked serves it too takes that one. */
  #replanInTurn(
    meetingId: string,
    { usage, plan }: MeetingNow,
    profile: MeetingProfile,
    goal: Goal,
  ): Promise<MeetingPlan> {
    const seen = Math.max(plan?.epoch ?? 0, this.#known.get(meetingId)?.epoch ?? 0);
    return this.#queue.run(meetingId, async () => {
      const latest = this.#known.get(meetingId);
      const isNews = latest !== undefined && latest.epoch > seen;
      if (isNews && this.#check.serves(latest, usage, profile, goal)) return latest;
      return await this.#replan(meetingId, profile, goal);
    });
  }

  async #replan(meetingId: string, profile: MeetingProfile, goal: Goal): Promise<MeetingPlan> {
    const token = this.#deps.newToken();
    const until = this.#deps.clock.now() + patienceMs;
    while (this.#deps.clock.now() < until) {
      if (await this.#deps.lease.acquire(meetingId, token, leaseMs)) {
        const plan = await this.#holding(meetingId, token, () => this.#makePlan(meetingId, profile, goal, token));
        if (plan !== undefined) return this.#remember(plan);
      }
      await pause(this.#deps.clock, retryMs);
      const { usage, plan } = await this.#deps.state.usage(meetingId);
      if (plan !== undefined && this.#check.serves(plan, usage, profile, goal)) return this.#remember(plan);
    }
    throw new CanopyError('STATE_UNAVAILABLE');
  }

  async #makePlan(
    meetingId: string,
    given: MeetingProfile,
    goal: Goal,
    token: string,
  ): Promise<MeetingPlan | undefined> {
    const startedAt = this.#deps.clock.now();
    const { usage, plan: current, profile: stored } = await this.#deps.state.usage(meetingId);
    const profile = newest(given, stored);
    const serves = current !== undefined && this.#check.serves(current, usage, profile, goal);
    if (serves && !goal.best) return current;
    const needs = this.#check.needs(usage, profile, goal.newcomer);
    const mesh = this.#check.mesh(needs, profile);
    const settings = profile.settings.routing ?? {};
    const policy = planPolicy(settings);
    const planned = await amongOthers(planByCascade({ mesh, needs, policy, via: settings.via, current }));
    if (serves && !(await amongOthers(isClearlyBetter(planned, current, needs, mesh, policy)))) return current;
    const { cascades, unreached } = planned;
    const epoch = await this.#deps.epochs.next(
      meetingId,
      Math.max(this.#deps.mesh.highestEpoch(), current?.epoch ?? 0),
    );
    const backup = settings.backup ?? (profile.mode === 'webinar' ? 'warm' : 'cold');
    const routing = routingPrint(settings);
    const plan: MeetingPlan = { meetingId, epoch, cascades, unreached, backup, routing };
    if (!(await this.#deps.plans.store(plan, token))) return undefined;
    this.#tellEdges(plan, current);
    this.#deps.logger.info({ meetingId, epoch, cause: goal.cause, needs, unreached }, 'plan in force');
    const elapsedMs = this.#deps.clock.now() - startedAt;
    this.#deps.onPlanned?.(plan, current, {
      figures: planFigures(cascades.values(), mesh),
      elapsedMs,
      cause: goal.cause,
    });
    return plan;
  }

  /** Every edge concerned hears its routes on the bus; also directly if they differ, for the bus may lose them, or if the bus is away. */
  #tellEdges(plan: MeetingPlan, before: MeetingPlan | undefined): void {
    const concerned = new Set([...edgesOf(plan), ...(before === undefined ? [] : edgesOf(before))]);
    for (const edgeId of concerned) {
      const table = this.table(plan, edgeId);
      const said = this.#deps.routes.announceRoutes(table);
      if (said && before !== undefined && sameRoutes(table, this.table(before, edgeId))) continue;
      this.#deps.media.setRoutes(edgeId, { table }).catch((error: unknown) => {
        this.#deps.logger.debug({ err: error, meetingId: plan.meetingId, edgeId }, 'routes were not taken');
      });
    }
  }

  async #holding<T>(meetingId: string, token: string, work: () => Promise<T>): Promise<T> {
    const failed = (error: unknown) =>
      this.#deps.logger.warn({ err: error, meetingId }, 'a plan lease was not renewed');
    const stopRenewing = this.#deps.clock.every(leaseMs / 3, () => {
      this.#deps.lease.renew(meetingId, token, leaseMs).catch(failed);
    });
    try {
      return await work();
    } finally {
      stopRenewing();
      this.#deps.lease.release(meetingId, token).catch(failed);
    }
  }

  #remember(plan: MeetingPlan): MeetingPlan {
    const { meetingId, epoch } = plan;
    if ((this.#known.get(meetingId)?.epoch ?? 0) > epoch) return plan;
    this.#known.set(meetingId, plan);
    return plan;
  }
}

/** Whoever else waits is served between the steps. */
async function amongOthers<T>(steps: Generator<undefined, T>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await nextTurn();
  }
}

function sameRoutes(a: RouteTable, b: RouteTable): boolean {
  return JSON.stringify({ ...a, epoch: 0 }) === JSON.stringify({ ...b, epoch: 0 });
}
