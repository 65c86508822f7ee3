import {
  type Cascade,
  defaultPlanPolicy,
  type PlanResult,
  planCascade,
  repairCascade,
  validateCascade,
} from '@canopy/control-plane/core/planning/planner';
import type { Measures } from './measures.ts';
import type { SimMeeting } from './sim-meeting.ts';
import type { World } from './world.ts';

/** Plans meetings' cascades with the real planner and checks every plan. */
export class Router {
  readonly #world: World;
  readonly #measures: Measures;

  constructor(world: World, measures: Measures) {
    this.#world = world;
    this.#measures = measures;
  }

  /** Plans all cascades of a meeting for the edges it is on now. */
  plan(meeting: SimMeeting): void {
    const cascades = new Map<string, Cascade>();
    for (const originId of meeting.originIds) {
      const current = meeting.cascades.get(originId);
      const request = { ...this.#request(meeting, originId), ...(current === undefined ? {} : { current }) };
      const result = this.#measures.timePlan(() => planCascade(request));
      this.#measures.plans += 1;
      this.#check(request, result);
      this.#measures.movedChildren += this.#moved(current, result.cascade);
      cascades.set(originId, result.cascade);
    }
    this.#putInForce(meeting, cascades);
  }

  /** Repairs the cascades that lost edges were part of; those whose origin is lost end. */
  repair(meeting: SimMeeting, lost: ReadonlySet<string>): void {
    const cascades = new Map<string, Cascade>();
    for (const [originId, current] of meeting.cascades) {
      if (lost.has(originId)) continue;
      const isHit = [...current.nodes.keys()].some((id) => lost.has(id));
      if (!isHit) {
        cascades.set(originId, current);
        continue;
      }
      const request = { ...this.#request(meeting, originId, lost), current };
      const result = this.#measures.timePlan(() => repairCascade({ ...request, lost }));
      this.#measures.repairs += 1;
      this.#check(request, result);
      this.#measures.repairedChildren += [...current.nodes.values()].filter(
        ({ edgeId, parentId }) => lost.has(parentId) && !lost.has(edgeId),
      ).length;
      this.#measures.movedChildren += this.#moved(current, result.cascade);
      cascades.set(originId, result.cascade);
    }
    this.#putInForce(meeting, cascades);
  }

  /** A meeting is over: its links are gone. */
  end(meeting: SimMeeting): void {
    this.#putInForce(meeting, new Map());
  }

  #request(meeting: SimMeeting, originId: string, lost: ReadonlySet<string> = new Set()) {
    const memberIds = meeting.memberIds.filter((id) => !lost.has(id));
    return { mesh: this.#world.mesh, originId, memberIds, policy: defaultPlanPolicy };
  }

  #check(request: Parameters<typeof validateCascade>[1], { cascade, unreached }: PlanResult): void {
    const excused = new Set(unreached.map(({ edgeId }) => edgeId));
    const violations = validateCascade(cascade, request).filter(
      ({ rule, edgeId }) => rule !== 'missing-member' || !excused.has(edgeId),
    );
    if (violations.length > 0) throw new Error(`a plan is unsound: ${JSON.stringify(violations)}`);
    this.#measures.unreached += excused.size;
    for (const { depth } of cascade.nodes.values()) this.#measures.deepest = Math.max(this.#measures.deepest, depth);
  }

  /** Children that got another parent although theirs still serves. */
  #moved(before: Cascade | undefined, after: Cascade): number {
    return [...(before?.nodes.values() ?? [])].filter(({ edgeId, parentId }) => {
      const now = after.nodes.get(edgeId);
      if (now === undefined || now.parentId === parentId) return false;
      const { health, draining } = this.#world.edge(parentId).candidate;
      return health === 'alive' && !draining;
    }).length;
  }

  #putInForce(meeting: SimMeeting, cascades: ReadonlyMap<string, Cascade>): void {
    this.#countCopies(meeting, -1);
    meeting.cascades = cascades;
    this.#countCopies(meeting, 1);
  }

  #countCopies(meeting: SimMeeting, change: 1 | -1): void {
    for (const { nodes } of meeting.cascades.values())
      for (const { parentId } of nodes.values()) this.#world.edge(parentId).children += change;
    for (const [fromId] of meeting.backupCopies()) this.#world.edge(fromId).children += change;
  }
}
