/** Who on this edge, or below it, wants one track: holders counted per worker that must have a copy. */
export class Demand {
  readonly #perWorker = new Map<number, number>();

  get total(): number {
    return [...this.#perWorker.values()].reduce((sum, count) => sum + count, 0);
  }

  on(workerIndex: number): number {
    return this.#perWorker.get(workerIndex) ?? 0;
  }

  /** Counts one more holder; the returned function takes it back, once. */
  add(workerIndex: number): () => void {
    this.#perWorker.set(workerIndex, this.on(workerIndex) + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const left = this.on(workerIndex) - 1;
      if (left === 0) this.#perWorker.delete(workerIndex);
      else this.#perWorker.set(workerIndex, left);
    };
  }
}
