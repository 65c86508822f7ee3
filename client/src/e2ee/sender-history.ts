/** Counters this far behind the newest are refused: about six seconds of a video with three layers, ten of sound. */
export const replayWindow = 512;
/** Keys remembered of one sender: one for each session it sends on. */
const mostKeys = 16;

/** How far the keys of one sender have come, by whatever way their frames got here: old frames are not taken a second time. */
export class SenderHistory {
  readonly #newest = new Map<bigint, number>();

  isStale(keyId: bigint, counter: number): boolean {
    return counter <= (this.#newest.get(keyId) ?? -1) - replayWindow;
  }

  /** A frame that proved to be the sender's. */
  saw(keyId: bigint, counter: number): void {
    const newest = Math.max(counter, this.#newest.get(keyId) ?? -1);
    this.#newest.delete(keyId);
    this.#newest.set(keyId, newest);
    const [oldest] = this.#newest.keys();
    if (this.#newest.size > mostKeys && oldest !== undefined) this.#newest.delete(oldest);
  }
}

/** Which of the latest frames came already, on one receiver. */
export class RecentFrames {
  readonly #counters = new Float64Array(replayWindow).fill(-1);

  has(counter: number): boolean {
    return this.#counters[counter % replayWindow] === counter;
  }

  add(counter: number): void {
    this.#counters[counter % replayWindow] = counter;
  }
}
