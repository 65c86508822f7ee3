import type { MeetingFootprint } from '@canopy/control-plane/core/placement/types';
import type { Cascade } from '@canopy/control-plane/core/planning/planner';
import type { Party } from './party.ts';

/** A meeting: who is on which edge, and the cascades that carry its tracks. */
export class SimMeeting implements MeetingFootprint {
  readonly parties = new Set<Party>();
  readonly participants = new Map<string, number>();
  readonly backup: 'warm' | 'cold';
  readonly #publishers = new Map<string, number>();
  readonly #directMs: (originId: string, edgeId: string) => number;
  /** By edge; kept until another plan is in force, or other edges are origins. */
  readonly #meanPathMs = new Map<string, number>();
  #cascades: ReadonlyMap<string, Cascade> = new Map();
  #originIds: readonly string[] = [];
  replanDue = false;

  constructor(backup: 'warm' | 'cold', directMs: (originId: string, edgeId: string) => number) {
    this.backup = backup;
    this.#directMs = directMs;
  }

  /** By origin. */
  get cascades(): ReadonlyMap<string, Cascade> {
    return this.#cascades;
  }

  set cascades(cascades: ReadonlyMap<string, Cascade>) {
    this.#cascades = cascades;
    this.#meanPathMs.clear();
  }

  get originIds(): readonly string[] {
    return this.#originIds;
  }

  /** Edges with people. */
  get memberIds(): string[] {
    return [...this.participants.keys()];
  }

  /** For each copy of a track that flows over backup ways: the edge that sends it and the one that takes it. */
  *backupCopies(): Generator<readonly [fromId: string, toId: string]> {
    if (this.backup === 'cold') return;
    for (const { nodes } of this.cascades.values())
      for (const { edgeId, backupParentId } of nodes.values())
        if (backupParentId !== undefined) yield [backupParentId, edgeId];
  }

  /** @returns true when the edge is new to the meeting, or new as an origin. */
  add(party: Party, edgeId: string): boolean {
    const isNew = !this.participants.has(edgeId);
    const isNewOrigin = party.publishes && !this.#publishers.has(edgeId);
    this.parties.add(party);
    count(this.participants, edgeId, party.people);
    if (party.publishes) count(this.#publishers, edgeId, 1);
    if (isNewOrigin) this.#findOrigins();
    return isNew || isNewOrigin;
  }

  /** @returns true when the meeting needs the edge no longer, or not as an origin. */
  remove(party: Party, edgeId: string): boolean {
    this.parties.delete(party);
    const left = !count(this.participants, edgeId, -party.people);
    const leftOrigin = party.publishes && !count(this.#publishers, edgeId, -1);
    if (leftOrigin) this.#findOrigins();
    return left || leftOrigin;
  }

  pathMs(originId: string, edgeId: string): number {
    return this.cascades.get(originId)?.nodes.get(edgeId)?.latencyMs ?? this.#directMs(originId, edgeId);
  }

  /** One-way ms from the origins to an edge, the mean over them. */
  meanPathMs(edgeId: string): number {
    const known = this.#meanPathMs.get(edgeId);
    if (known !== undefined) return known;
    const sum = this.#originIds.reduce((ms, id) => ms + (id === edgeId ? 0 : this.pathMs(id, edgeId)), 0);
    const meanMs = sum / Math.max(1, this.#originIds.length);
    this.#meanPathMs.set(edgeId, meanMs);
    return meanMs;
  }

  #findOrigins(): void {
    this.#originIds = [...this.#publishers.keys()].sort();
    this.#meanPathMs.clear();
  }
}

/** Adds to a count; false when that leaves nothing. */
function count(counts: Map<string, number>, id: string, change: number): boolean {
  const next = (counts.get(id) ?? 0) + change;
  if (next > 0) counts.set(id, next);
  else counts.delete(id);
  return next > 0;
}
