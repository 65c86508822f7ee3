import { EdgeLifecycle } from '@canopy/proto/bus';
import type { EdgeRecord } from '../../core/edges/edge-record.ts';
import type { MeasuredPath } from '../../core/edges/measured-paths.ts';
import type { MeetingProfile } from '../../core/meeting/meeting.ts';
import { isAllowed } from '../../core/meeting/settings.ts';
import type { MeetingUsage } from '../../core/meeting/state.ts';
import type { MeshView } from '../../core/planning/types.ts';
import { covers, isMadeFor, isTight, type MeetingPlan, type PlanNeeds } from '../../core/routing/meeting-plan.ts';
import { meshView } from '../../core/routing/mesh-view.ts';
import type { LostLinks } from '../edges/lost-links.ts';

/** What is looked at of the edges. */
export interface CheckedMesh {
  list(): readonly EdgeRecord[];
  get(edgeId: string): EdgeRecord | undefined;
  /** Another number whenever other edges may serve or forward. */
  readonly standing: number;
  /** What one edge measured lately of the way to another. */
  measured(fromId: string, toId: string): MeasuredPath | undefined;
}

export interface PlanCheckDeps {
  mesh: CheckedMesh;
  links: Pick<LostLinks, 'isLost' | 'lostNow'>;
  /** Copies of one track an edge may send to others where a meeting sets no limit of its own. */
  maxFanOut: number;
  /** Round trip between two regions where nothing was measured, ms. */
  estimateRttMs(fromRegion: string, toRegion: string): number;
}

/** Somebody about to join, who is not in the meeting's state yet. */
export interface Newcomer {
  edgeId: string;
  publishes: boolean;
}

/** What is asked of a plan, besides that it serves those who are there. */
export interface Wish {
  newcomer: Newcomer | undefined;
  /** Nothing may be left of who is gone. */
  tight: boolean;
}

/** What meetings need of their plans, and whether they give it. */
export class PlanCheck {
  readonly #deps: PlanCheckDeps;
  /** What was found last of a plan, and under what circumstances. Every subscribe asks, and for a large audience the answer is the same. */
  readonly #found = new WeakMap<MeetingPlan, { circumstances: string; covered: boolean }>();

  constructor(deps: PlanCheckDeps) {
    this.#deps = deps;
  }

  serves(plan: MeetingPlan, usage: MeetingUsage, profile: MeetingProfile, { newcomer, tight }: Wish): boolean {
    if (!isMadeFor(plan, profile.settings.routing ?? {})) return false;
    const needs = this.needs(usage, profile, newcomer);
    return this.#covers(plan, needs, profile) && (!tight || isTight(plan, needs));
  }

  needs(usage: MeetingUsage, { settings }: MeetingProfile, newcomer: Newcomer | undefined): PlanNeeds {
    const originIds = new Set(usage.originIds);
    const mayWait = (edgeId: string) => {
      const record = this.#deps.mesh.get(edgeId);
      if (record?.status !== 'alive' || record.heartbeat.state === EdgeLifecycle.DRAINING) return false;
      return isAllowed(record.heartbeat.region, settings.allowedRegions);
    };
    const memberIds = new Set([...usage.participants.keys(), ...(usage.warmIds ?? []).filter(mayWait)]);
    if (newcomer !== undefined) memberIds.add(newcomer.edgeId);
    if (newcomer?.publishes === true) originIds.add(newcomer.edgeId);
    return { originIds: [...originIds].sort(), memberIds: [...memberIds].sort() };
  }

  mesh(needs: PlanNeeds, { settings }: MeetingProfile): MeshView {
    return meshView(this.#deps.mesh.list(), {
      inUse: new Set(needs.memberIds),
      estimateRttMs: (from, to) => this.#deps.estimateRttMs(from, to),
      measured: (from, to) => this.#deps.mesh.measured(from, to),
      allowedRegions: settings.allowedRegions ?? [],
      maxFanOut: settings.routing?.maxFanOut ?? this.#deps.maxFanOut,
      isLost: (a, b) => this.#deps.links.isLost(a, b),
    });
  }

  #covers(plan: MeetingPlan, needs: PlanNeeds, profile: MeetingProfile): boolean {
    const { mesh, links } = this.#deps;
    const { allowedRegions = [] } = profile.settings;
    const circumstances = JSON.stringify([mesh.standing, links.lostNow(), needs, allowedRegions]);
    const found = this.#found.get(plan);
    if (found?.circumstances === circumstances) return found.covered;
    const covered = covers(plan, needs, this.mesh(needs, profile));
    this.#found.set(plan, { circumstances, covered });
    return covered;
  }
}
