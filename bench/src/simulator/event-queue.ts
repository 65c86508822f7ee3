import { setImmediate } from 'node:timers/promises';

/** Of wall-clock time, after which others have their turn: signals, and who tells how far it is. */
const turnMs = 50;

interface Event {
  atMs: number;
  /** Events of the same time happen in the order they were added. */
  order: number;
  happen: () => void;
}

/** Virtual time: events happen in order, as fast as they can be worked through. A binary heap, so that a million may wait. */
export class EventQueue {
  readonly #heap: Event[] = [];
  #order = 0;
  #nowMs = 0;

  get nowMs(): number {
    return this.#nowMs;
  }

  at(atMs: number, happen: () => void): void {
    this.#order += 1;
    const event = { atMs: Math.max(atMs, this.#nowMs), order: this.#order, happen };
    let index = this.#heap.push(event) - 1;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || isBefore(parent, event)) break;
      this.#heap[index] = parent;
      index = above;
    }
    this.#heap[index] = event;
  }

  /** Lets everything happen that is due until `endMs`, what it adds included. Every now and then the event loop has its turn. */
  async runUntil(endMs: number): Promise<void> {
    let turnedAt = performance.now();
    for (let event = this.#heap[0]; event !== undefined && event.atMs <= endMs; event = this.#heap[0]) {
      this.#removeFirst();
      this.#nowMs = event.atMs;
      event.happen();
      if (performance.now() - turnedAt < turnMs) continue;
      await setImmediate();
      turnedAt = performance.now();
    }
    this.#nowMs = endMs;
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    let index = 0;
    for (;;) {
      const [left, right] = [this.#heap[2 * index + 1], this.#heap[2 * index + 2]];
      if (left === undefined) break;
      const [child, at] = right !== undefined && isBefore(right, left) ? [right, 2 * index + 2] : [left, 2 * index + 1];
      if (isBefore(last, child)) break;
      this.#heap[index] = child;
      index = at;
    }
    this.#heap[index] = last;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
