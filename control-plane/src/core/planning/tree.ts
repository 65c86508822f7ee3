import type { Frame } from './frame.ts';

interface Place {
  parentId: string;
  latencyMs: number;
  depth: number;
}

/** A cascade in the making: it grows from the origin, one edge at a time. */
export class Tree {
  readonly #frame: Frame;
  readonly #places = new Map<string, Place>();
  readonly #children = new Map<string, string[]>();
  readonly #paths = new Map<string, readonly string[]>();

  constructor(frame: Frame) {
    this.#frame = frame;
  }

  /** Edges in the order they were added: parents before children. The origin is not among them. */
  get edgeIds(): string[] {
    return [...this.#places.keys()];
  }

  /** Those with children, the origin among them. */
  get forwardingIds(): string[] {
    return [...this.#children.keys()];
  }

  has(id: string): boolean {
    return id === this.#frame.originId || this.#places.has(id);
  }

  parent(id: string): string | undefined {
    return this.#places.get(id)?.parentId;
  }

  depth(id: string): number {
    return this.#places.get(id)?.depth ?? 0;
  }

  latencyMs(id: string): number {
    return this.#places.get(id)?.latencyMs ?? 0;
  }

  children(id: string): readonly string[] {
    return this.#children.get(id) ?? [];
  }

  /** Links below an edge, along the longest way down. */
  height(id: string): number {
    return this.children(id).reduce((most, child) => Math.max(most, 1 + this.height(child)), 0);
  }

  /** Whether an edge can take one more child. */
  hasRoom(id: string): boolean {
    return this.children(id).length < this.#frame.limit(id) && this.depth(id) < this.#frame.policy.maxDepth;
  }

  /** Latency that an edge would have below `parentId`. */
  latencyBelow(parentId: string, id: string): number {
    return this.latencyMs(parentId) + this.#frame.hopMs(parentId, id);
  }

  add(id: string, parentId: string): void {
    this.#places.set(id, { parentId, latencyMs: this.latencyBelow(parentId, id), depth: this.depth(parentId) + 1 });
    const siblings = this.#children.get(parentId);
    if (siblings === undefined) this.#children.set(parentId, [id]);
    else siblings.push(id);
  }

  /** Edges from the origin's child down to `id`, which is the last; empty for the origin. */
  path(id: string): readonly string[] {
    const place = this.#places.get(id);
    if (place === undefined) return [];
    const known = this.#paths.get(id);
    if (known !== undefined) return known;
    const path = [...this.path(place.parentId), id];
    this.#paths.set(id, path);
    return path;
  }

  /** Whether the tracks reach `id` over `ancestorId`, or they are the same. */
  isBelow(id: string, ancestorId: string): boolean {
    return id === ancestorId || this.path(id).includes(ancestorId);
  }
}
