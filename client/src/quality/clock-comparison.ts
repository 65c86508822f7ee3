/** A question for the server's time: when it was asked and answered by one's own clock, and what the answer was. Unix time in ms. */
export interface TimeAnswer {
  askedAt: number;
  answeredAt: number;
  serverTime: number;
}

/** Clocks drift: what was measured long ago, in number of answers, is forgotten. */
const kept = 8;
/** Below this a change is most likely of the measurement. */
const leastChangeMs = 5;

/**
 * How far a clock is ahead of the server's. The answer with the shortest round trip counts, because the server's time is from
 * somewhere within that trip: taken from its middle it is wrong by half of it at most (Cristian, 1989).
 */
export class ClockComparison {
  readonly #answers: { aheadMs: number; roundTripMs: number }[] = [];
  #aheadMs: number | undefined;

  /** In whole ms, and the same until it differs by some; undefined before the first answer. */
  get aheadMs(): number | undefined {
    return this.#aheadMs;
  }

  add({ askedAt, answeredAt, serverTime }: TimeAnswer): void {
    this.#answers.push({ aheadMs: (askedAt + answeredAt) / 2 - serverTime, roundTripMs: answeredAt - askedAt });
    if (this.#answers.length > kept) this.#answers.shift();
    const { aheadMs } = this.#answers.reduce((best, each) => (each.roundTripMs <= best.roundTripMs ? each : best));
    if (this.#aheadMs === undefined || Math.abs(aheadMs - this.#aheadMs) >= leastChangeMs) {
      this.#aheadMs = Math.round(aheadMs);
    }
  }
}
