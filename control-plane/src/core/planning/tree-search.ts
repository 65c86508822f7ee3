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

/** A vertex and the link it has; without a link it is left out. */
type Choice = readonly [index: number, arc: Arc | undefined];

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
  readonly #arc: (Arc | undefined)[];
  readonly #latency: number[];
  readonly #depth: number[];
  readonly #children: number[][];
  readonly #needed: boolean[];
  readonly #leftOut: boolean[];
  /** Of those whose links are sought: the links that are open to them. */
  readonly #open = new Map<number, readonly Arc[]>();
  /** The objective of what is chosen, and a lower bound for what is not. */
  #usd = 0;
  #relays = 0;
  /** Vertices whose links are being chosen; a relay joins when it gets its first child. */
  #agenda: number[] = [];
  /** What latencies and depths were, to go back to: three numbers for each, the vertex first. */
  readonly #trail: number[] = [];
  #bestUsd = Number.POSITIVE_INFINITY;
  #best: Choice[] | undefined;
  #steps = 0;
  #maxSteps = 0;

  constructor(vertices: readonly Vertex[], maxRelays: number) {
    this.#vertices = vertices;
    this.#maxRelays = maxRelays;
    this.#arc = vertices.map(() => undefined);
    this.#latency = vertices.map((vertex) => vertex.shortestMs);
    this.#depth = vertices.map((_, index) => (index === 0 ? 0 : 1));
    this.#children = vertices.map(() => []);
    this.#needed = vertices.map((_, index) => index === 0);
    this.#leftOut = vertices.map(() => false);
    for (const [index, { demand }] of vertices.entries()) if (index > 0 && demand > 0) this.#need(index);
  }

  /** The objective of the tree in hand; infinite before there is one. */
  get usd(): number {
    return this.#bestUsd;
  }

  get parents(): Parents {
    return this.#arc.map((arc) => arc?.parent ?? none);
  }

  /** Tries a tree, its gaps filled one vertex at a time with the link that looks best; it is kept if it beats the one in hand. */
  offer(parents: Parents): void {
    const before = this.#bestUsd === Number.POSITIVE_INFINITY ? undefined : this.#release(this.#all());
    const usd = this.#bestUsd;
    const complete = this.#build(parents);
    if (complete && this.#usd < usd - epsilonUsd) {
      this.#bestUsd = this.#usd;
      return;
    }
    this.#release(this.#all());
    if (before !== undefined) this.#choose(before, usd);
  }

  /**
   * Seeks better links for the `free` vertices while the others keep theirs.
   * @returns true when every possibility was weighed, false when the steps ran out.
   */
  improve(free: readonly number[], maxSteps: number): boolean {
    const before = this.#release(free);
    const sought = free.filter((index) => this.#needed[index]);
    for (const index of sought) this.#open.set(index, this.#openArcs(index));
    this.#agenda = sought.sort((a, b) => this.#vertex(a).arcs.length - this.#vertex(b).arcs.length || a - b);
    this.#steps = 0;
    this.#maxSteps = maxSteps;
    this.#best = undefined;
    this.#descend(0);
    this.#agenda = [];
    this.#open.clear();
    this.#choose(this.#best ?? before, this.#bestUsd);
    return this.#steps <= maxSteps;
  }

  #all(): number[] {
    return this.#vertices.map((_, index) => index).slice(1);
  }

  #vertex(index: number): Vertex {
    const vertex = this.#vertices[index];
    if (vertex === undefined) throw new RangeError(`no vertex ${index}`);
    return vertex;
  }

  /** Links every vertex, over the given parents where they fit. False where something must be reached and cannot be. */
  #build(parents: Parents): boolean {
    const open: number[] = [];
    this.#agenda = this.#all().filter((index) => this.#needed[index]);
    for (let at = 0; at < this.#agenda.length; at += 1) {
      const index = this.#agenda[at] ?? none;
      const arc = this.#vertex(index).arcs.find((arc) => arc.parent === parents[index]);
      if (arc === undefined || this.#try(index, arc) === undefined) open.push(index);
    }
    this.#agenda = [];
    open.sort((a, b) => this.#vertex(a).shortestMs - this.#vertex(b).shortestMs || a - b);
    return open.every(
      (index) =>
        this.#vertex(index).arcs.some((arc) => this.#isBelow(arc.parent, 0) && this.#try(index, arc) !== undefined) ||
        this.#leaveOut(index),
    );
  }

  /** Takes the links of vertices away, and with them relays that nothing hangs on any more. Returns what there was. */
  #release(indexes: readonly number[]): Choice[] {
    const before: Choice[] = [];
    const release = (index: number) => {
      const arc = this.#arc[index];
      if (arc === undefined && !this.#leftOut[index]) return;
      before.push([index, arc]);
      if (arc === undefined) this.#takeIn(index);
      else this.#unlink(index, arc);
      if (arc !== undefined) this.#dropIdleRelay(arc.parent, release);
    };
    for (const index of indexes) release(index);
    this.#trail.length = 0;
    return before;
  }

  /**
   * The links of a released vertex that the search may come to. While links are chosen, children only get more, and depths
   * and latencies only greater: what does not fit now, or would cost too much, never will.
   */
  #openArcs(index: number): Arc[] {
    const mostUsd = this.#bestUsd - epsilonUsd - (this.#usd - this.#leastUsd(index));
    const open: Arc[] = [];
    for (const arc of this.#vertex(index).arcs) {
      if (arc.leastUsd >= mostUsd) break;
      if (this.#usdNow(index, arc) < mostUsd && this.#accepts(arc.parent, index)) open.push(arc);
    }
    return open;
  }

  /** What a vertex contributes over a link if its parent stays where it is. */
  #usdNow(index: number, arc: Arc): number {
    return arc.usd + this.#vertex(index).pathUsd((this.#latency[arc.parent] ?? 0) + arc.ms);
  }

  #unlink(index: number, arc: Arc): void {
    const vertex = this.#vertex(index);
    const siblings = this.#children[arc.parent] ?? [];
    siblings.splice(siblings.indexOf(index), 1);
    this.#arc[index] = undefined;
    this.#place(index, vertex.shortestMs, 1, false);
    this.#usd += this.#leastUsd(index) - arc.usd - vertex.pathUsd(vertex.shortestMs);
  }

  #dropIdleRelay(index: number, release: (index: number) => void): void {
    if (index === 0 || this.#vertex(index).demand > 0 || (this.#children[index]?.length ?? 0) > 0) return;
    release(index);
    this.#needed[index] = false;
    this.#relays -= 1;
    this.#usd -= this.#leastUsd(index);
  }

  /** Makes choices that are known to fit. */
  #choose(choices: readonly Choice[], usd: number): void {
    for (const [index, arc] of choices) {
      if (arc === undefined) this.#leaveOut(index);
      else this.#try(index, arc);
    }
    this.#agenda = [];
    this.#trail.length = 0;
    this.#usd = usd;
  }

  #descend(position: number): void {
    this.#steps += 1;
    if (this.#steps > this.#maxSteps) return;
    const index = this.#agenda[position];
    if (index === undefined) {
      this.#best = this.#agenda.map((chosen) => [chosen, this.#arc[chosen]]);
      this.#bestUsd = this.#usd;
      return;
    }
    const others = this.#usd - this.#leastUsd(index);
    for (const arc of this.#open.get(index) ?? this.#vertex(index).arcs) {
      if (others + arc.leastUsd >= this.#bestUsd - epsilonUsd) break;
      if (others + this.#usdNow(index, arc) >= this.#bestUsd - epsilonUsd) continue;
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

  /** The reverse of {@link #leaveOut}. */
  #takeIn(index: number): void {
    this.#usd -= unreachedUsd * this.#vertex(index).demand - this.#leastUsd(index);
    this.#leftOut[index] = false;
  }

  /** Whether a vertex has a place, and room, for that one below it. */
  #accepts(parent: number, index: number): boolean {
    return (
      !this.#leftOut[parent] && this.#hasRoom(parent, this.#depth[parent] ?? 0, 1) && !this.#isBelow(parent, index)
    );
  }

  /** Chooses a link; undefined, and nothing changed, where it does not fit. */
  #try(index: number, arc: Arc): Mark | undefined {
    const { parent } = arc;
    if (!this.#accepts(parent, index)) return undefined;
    const mark = { usd: this.#usd, trail: this.#trail.length, agenda: this.#agenda.length };
    if (!this.#needed[parent]) this.#need(parent);
    this.#usd += arc.usd - this.#leastUsd(index);
    this.#arc[index] = arc;
    this.#children[parent]?.push(index);
    const fits =
      this.#relays <= this.#maxRelays &&
      this.#place(index, (this.#latency[parent] ?? 0) + arc.ms, (this.#depth[parent] ?? 0) + 1, true);
    if (fits) return mark;
    this.#takeBack(index, arc, mark);
    return undefined;
  }

  /** The reverse of the latest {@link #try}. */
  #takeBack(index: number, arc: Arc, mark: Mark): void {
    this.#arc[index] = undefined;
    this.#children[arc.parent]?.pop();
    while (this.#trail.length > mark.trail) {
      const depth = this.#trail.pop() ?? 0;
      const latency = this.#trail.pop() ?? 0;
      const moved = this.#trail.pop() ?? 0;
      this.#latency[moved] = latency;
      this.#depth[moved] = depth;
    }
    while (this.#agenda.length > mark.agenda) {
      const relay = this.#agenda.pop() ?? none;
      this.#needed[relay] = false;
      this.#relays -= 1;
    }
    this.#usd = mark.usd;
  }

  /** Moves a vertex and all below it to their latencies and depths. False where there is no room for that. */
  #place(index: number, latency: number, depth: number, isNew: boolean): boolean {
    const vertex = this.#vertex(index);
    const was = this.#latency[index] ?? 0;
    this.#trail.push(index, was, this.#depth[index] ?? 0);
    this.#usd += vertex.pathUsd(latency) - (isNew ? 0 : vertex.pathUsd(was));
    this.#latency[index] = latency;
    this.#depth[index] = depth;
    if (!this.#hasRoom(index, depth, 0)) return false;
    for (const child of this.#children[index] ?? []) {
      if (!this.#place(child, latency + (this.#arc[child]?.ms ?? 0), depth + 1, false)) return false;
    }
    return true;
  }

  #hasRoom(index: number, depth: number, more: number): boolean {
    return (this.#children[index]?.length ?? 0) + more <= (this.#vertex(index).roomAtDepth[depth] ?? -1);
  }

  #isBelow(index: number, ancestor: number): boolean {
    for (let at = index; at !== none; at = this.#arc[at]?.parent ?? none) if (at === ancestor) return true;
    return false;
  }
}
