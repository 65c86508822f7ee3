/** Counts of values in ms, in bins of 1 ms: percentiles over millions of values in little memory. */
export class Histogram {
  readonly #bins: number[] = [];
  #count = 0;
  #sum = 0;

  add(valueMs: number, times = 1): void {
    const bin = Math.max(0, Math.round(valueMs));
    this.#bins[bin] = (this.#bins[bin] ?? 0) + times;
    this.#count += times;
    this.#sum += valueMs * times;
  }

  summary(): { mean: number; p50: number; p95: number; p99: number } {
    const mean = this.#count === 0 ? 0 : this.#sum / this.#count;
    return { mean: Math.round(mean * 100) / 100, p50: this.#at(0.5), p95: this.#at(0.95), p99: this.#at(0.99) };
  }

  /** The bin that holds the value at a share of the way up. */
  #at(share: number): number {
    let left = share * this.#count;
    for (const [bin, count] of this.#bins.entries()) {
      left -= count ?? 0;
      if (left <= 0) return bin;
    }
    return 0;
  }
}
