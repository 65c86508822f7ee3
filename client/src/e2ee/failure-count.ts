/** So many frames in a row that can't be opened are no accident. */
const firstReport = 4;

/** Counts the frames that could not be opened, and says when that is worth telling: seldom, however many there are. */
export class FailureCount<Reason> {
  #inARow = 0;
  #total = 0;

  /** What to tell of it, if anything. */
  failed(reason: Reason): { reason: Reason; frames: number } | undefined {
    this.#inARow++;
    this.#total++;
    const isPowerOfTwo = (this.#inARow & (this.#inARow - 1)) === 0;
    return this.#inARow >= firstReport && isPowerOfTwo ? { reason, frames: this.#total } : undefined;
  }

  /** Whether it was told that frames could not be opened, which is over now. */
  succeeded(): boolean {
    const wasTold = this.#inARow >= firstReport;
    this.#inARow = 0;
    return wasTold;
  }
}
