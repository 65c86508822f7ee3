import { isToldOfEach } from '@canopy/proto/reception';

/** Of which the server takes one in three seconds. */
const reportEveryMs = 5_000;
/** A thousand to whom something happens at once, such as a screen being shared, tell it within two seconds. */
const spreadPerPersonMs = 2;

/** When something that changes now and then is told: soon after it changed, in a large meeting at another moment by each. */
export class ReportTurns {
  /** In [0, 1). */
  readonly #random: () => number;
  #told: string | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  /** When what is new is told. */
  #turnAt: number | undefined;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Whether `text` is to be told now, in a meeting of so many, most of whom may have something to tell. Time in ms. */
  isDue(text: string, people: number, now: number): boolean {
    if (text === this.#told) {
      this.#turnAt = undefined;
      return false;
    }
    const spreadMs = isToldOfEach(people) ? 0 : people * spreadPerPersonMs * this.#random();
    this.#turnAt ??= Math.max(now, this.#toldAt + reportEveryMs) + spreadMs;
    return now >= this.#turnAt;
  }

  /** It is being told. */
  take(now: number): void {
    this.#toldAt = now;
    this.#turnAt = undefined;
  }

  /** It was. */
  told(text: string): void {
    this.#told = text;
  }

  /** Nobody knows any more what was told. */
  forget(): void {
    this.#told = undefined;
  }
}
