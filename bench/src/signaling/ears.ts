const patienceMs = 10_000;

/** What people hear of what is said. */
export class Ears {
  #awaited: Buffer | undefined;
  #saidAt = 0;
  #heardMs: number[] = [];
  #listeners = 0;
  #allHeard = () => {};

  hear(message: Buffer): void {
    if (this.#awaited === undefined || !message.includes(this.#awaited)) return;
    this.#heardMs.push(performance.now() - this.#saidAt);
    if (this.#heardMs.length === this.#listeners) this.#allHeard();
  }

  /** Says it, and tells how long it took to each of the first `listeners` who heard it: fewer if not all did in time. */
  async listen(text: string, listeners: number, say: (text: string) => Promise<void>): Promise<number[]> {
    this.#awaited = Buffer.from(text);
    this.#heardMs = [];
    this.#listeners = listeners;
    const { promise: all, resolve } = Promise.withResolvers<void>();
    this.#allHeard = resolve;
    const patience = setTimeout(resolve, patienceMs);
    this.#saidAt = performance.now();
    await say(text);
    await all;
    clearTimeout(patience);
    this.#awaited = undefined;
    return this.#heardMs;
  }
}
