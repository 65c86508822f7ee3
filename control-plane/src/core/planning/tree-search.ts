import { epsilonUsd, unreachedUsd } from './objective.ts';

/** A place in the tree that is sought: an edge, or a gateway that stands for several edges of its region. */
export interface Vertex {
  edgeId: string;
  /** Edges with demand that it stands for. 0: a relay, which is used only if it pays. */
  demand: number;
  /** The shortest one-way latency from the origin, ms: a lower bound for any tree. */
  shortestMs: number;
  /** Children it may have, by its depth; negative or absent where it cannot be that deep. */
  roomAtDepth: readonly number[];
  /** Links it may get the tracks over, the least `leastUsd` first. Empty for the origin. */
  arcs: readonly Arc[];
  /** What a path of `latencyMs` to this vertex contributes to the objective. */
  pathUsd(latencyMs: number): number;
}

/** A possible link to a vertex from its parent. */
export interface Arc {
  parent: number;
  /** What the link adds to a path: half its round trip and, unless the parent is the origin, the relay delay. */
  ms: number;
  /** What choosing it costs, in the terms of objective.ts. */
  usd: number;
  /** The least that the vertex can contribute to the objective over this link. */
  leastUsd: number;
}

/** Parents by vertex; `none` for the origin, for unused relays and for what cannot be reached. */
export type Parents = readonly number[];
export const none = -1;

interface Mark {
  usd: number;
  trail: number;
  agenda: number;
}

/**
 * Seeks the cheapest tree within depth, fan-out and latency by branch and bound. Vertices choose their links one after the
 * other, so an unfinished tree is a set of fragments, whose roots are taken to be as near to the origin as any path allows.
 * That bound is tight, since few links keep a path within its latency: twelve regions take some hundred steps. Vertex 0 is
 * the origin. Deterministic: effort is counted in steps, not in time.
 */
export class TreeSearch {
  readonly #vertices: readonly Vertex[];
  readonly #maxRelays: number;
  readonly #parent: number[];
  readonly #latency: number[];
  readonly #depth: number[];
  readonly #children: number[][];
  readonly #needed: boolean[];
  readonly #leftOut: boolean[];
  /** Vertices whose place is to be chosen; a relay joins when it gets its first child. */
  #agenda: number[] = [];
  #relays = 0;
  /** The objective of what is chosen, and a lower bound for what is not. */
  #usd = 0;
  /** What latencies and depths were, to go back to. */
  readonly #trail: { index: number; latency: number; depth: number }[] = [];
  #best: number[];
  #bestUsd = Infinity;
  #steps = 0;
  #maxSteps = 0;

  constructor(vertices: readonly Vertex[], maxRelays: number) {
    this.#vertices = vertices;
    this.#maxRelays = maxRelays;
    this.#parent = vertices.map(() => none);
    this.#latency = vertices.map(() => 0);
    this.#depth = vertices.map(() => 0);
    this.#children = vertices.map(() => []);
    this.#needed = vertices.map(() => false);
    this.#leftOut = vertices.map(() => false);
    this.#best = vertices.map(() => none);
  }

  /** The best tree so far; its cost is infinite while there is none. */
  get best(): { parents: Parents; usd: number } {
    return { parents: this.#best, usd: this.#bestUsd };
  }

  /** Tries a tree, its gaps filled one vertex at a time with the link that looks best; it is kept if it beats the best. */
  offer(parents: Parents): void {
    this.#reset(parents, () => false);
    this.#agenda.sort((a, b) => this.#vertex(a).shortestMs - this.#vertex(b).shortestMs || a - b);
    for (const index of this.#agenda) {
      const connected = this.#vertex(index).arcs.filter((arc) => this.#isBelow(arc.parent, 0));
      if (connected.some((arc) => this.#try(index, arc) !== undefined)) continue;
      if (!this.#leaveOut(index)) return;
    }
    if (this.#usd < this.#bestUsd - epsilonUsd) this.#record();
  }

  /**
   * Seeks better places for the `free` vertices while the others keep theirs in the best tree.
   * @returns true when every possibility was weighed, false when the steps ran out.
   */
  improve(free: (index: number) => boolean, maxSteps: number): boolean {
    this.#reset(this.#best, free);
    this.#steps = 0;
    this.#maxSteps = maxSteps;
    this.#descend(0);
    return this.#steps <= maxSteps;
  }

  #vertex(index: number): Vertex {
    const vertex = this.#vertices[index];
    if (vertex === undefined) throw new RangeError(`no vertex ${index}`);
    return vertex;
  }

  /** Starts over with the links of `parents` but those to `free` vertices and those that do not fit. */
  #reset(parents: Parents, free: (index: number) => boolean): void {
    this.#agenda = [];
    this.#relays = 0;
    this.#usd = 0;
    for (let index = 0; index < this.#vertices.length; index += 1) {
      this.#parent[index] = none;
      this.#latency[index] = this.#vertex(index).shortestMs;
      this.#depth[index] = index === 0 ? 0 : 1;
      this.#children[index] = [];
      this.#needed[index] = index === 0;
      this.#leftOut[index] = false;
    }
    for (let index = 1; index < this.#vertices.length; index += 1) {
      if (this.#vertex(index).demand > 0) this.#need(index);
    }
    const open: number[] = [];
    for (let at = 0; at < this.#agenda.length; at += 1) {
      const index = this.#agenda[at] ?? none;
      const arc = free(index) ? undefined : this.#vertex(index).arcs.find((arc) => arc.parent === parents[index]);
      if (arc === undefined || this.#try(index, arc) === undefined) open.push(index);
    }
    this.#agenda = open.sort((a, b) => this.#vertex(a).arcs.length - this.#vertex(b).arcs.length || a - b);
  }

  #descend(position: number): void {
    this.#steps += 1;
    if (this.#steps > this.#maxSteps) return;
    const index = this.#agenda[position];
    if (index === undefined) {
      this.#record();
      return;
    }
    const others = this.#usd - this.#leastUsd(index);
    for (const arc of this.#vertex(index).arcs) {
      if (others + arc.leastUsd >= this.#bestUsd - epsilonUsd) break;
      const mark = this.#try(index, arc);
      if (mark === undefined) continue;
      if (this.#usd < this.#bestUsd - epsilonUsd) this.#descend(position + 1);
      this.#takeBack(index, arc, mark);
      if (this.#steps > this.#maxSteps) return;
    }
    const usd = this.#usd;
    if (!this.#leaveOut(index)) return;
    if (this.#usd < this.#bestUsd - epsilonUsd) this.#descend(position + 1);
    this.#leftOut[index] = false;
    this.#usd = usd;
  }

  #record(): void {
    this.#best = [...this.#parent];
    this.#bestUsd = this.#usd;
  }

  #need(index: number): void {
    this.#needed[index] = true;
    this.#agenda.push(index);
    this.#usd += this.#leastUsd(index);
    if (this.#vertex(index).demand === 0) this.#relays += 1;
  }

  /** The least that a vertex without a link can contribute to the objective. */
  #leastUsd(index: number): number {
    const vertex = this.#vertex(index);
    return vertex.arcs[0]?.leastUsd ?? unreachedUsd * vertex.demand;
  }

  /** Gives up a vertex that nothing hangs on. */
  #leaveOut(index: number): boolean {
    const { demand } = this.#vertex(index);
    if (demand === 0 || (this.#children[index]?.length ?? 0) > 0) return false;
    this.#usd += unreachedUsd * demand - this.#leastUsd(index);
    this.#leftOut[index] = true;
    return true;
  }

  /** Chooses a link; undefined, and nothing changed, where it does not fit. */
  #try(index: number, arc: Arc): Mark | undefined {
    const { parent } = arc;
    if (this.#leftOut[parent] || this.#isBelow(parent, index)) return undefined;
    const mark = { usd: this.#usd, trail: this.#trail.length, agenda: this.#agenda.length };
    if (!this.#needed[parent]) this.#need(parent);
    this.#usd += arc.usd - this.#leastUsd(index);
    this.#parent[index] = parent;
    this.#children[parent]?.push(index);
    const depth = this.#depth[parent] ?? 0;
    const fits =
      this.#relays <= this.#maxRelays &&
      this.#hasRoom(parent, depth) &&
      this.#place(index, (this.#latency[parent] ?? 0) + arc.ms, depth + 1, true);
    if (fits) return mark;
    this.#takeBack(index, arc, mark);
    return undefined;
  }

  /** The reverse of the latest {@link #try}. */
  #takeBack(index: number, arc: Arc, mark: Mark): void {
    this.#parent[index] = none;
    this.#children[arc.parent]?.pop();
    while (this.#trail.length > mark.trail) {
      const was = this.#trail.pop();
      if (was === undefined) break;
      this.#latency[was.index] = was.latency;
      this.#depth[was.index] = was.depth;
    }
    while (this.#agenda.length > mark.agenda) {
      const relay = this.#agenda.pop() ?? none;
      this.#needed[relay] = false;
      this.#relays -= 1;
    }
    this.#usd = mark.usd;
  }

  /** Moves a vertex and all below it to their latencies and depths. False where there is no room for that. */
  #place(index: number, latency: number, depth: number, isRoot: boolean): boolean {
    const vertex = this.#vertex(index);
    const was = this.#latency[index] ?? 0;
    this.#trail.push({ index, latency: was, depth: this.#depth[index] ?? 0 });
    this.#usd += vertex.pathUsd(latency) - (isRoot ? 0 : vertex.pathUsd(was));
    this.#latency[index] = latency;
    this.#depth[index] = depth;
    if (!this.#hasRoom(index, depth)) return false;
    for (const child of this.#children[index] ?? []) {
      if (!this.#place(child, (this.#latency[child] ?? 0) + latency - was, depth + 1, false)) return false;
    }
    return true;
  }

  #hasRoom(index: number, depth: number): boolean {
    return (this.#children[index]?.length ?? 0) <= (this.#vertex(index).roomAtDepth[depth] ?? -1);
  }

  #isBelow(index: number, ancestor: number): boolean {
    for (let at = index; at !== none; at = this.#parent[at] ?? none) if (at === ancestor) return true;
    return false;
  }
}
