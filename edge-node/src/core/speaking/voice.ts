/** A mean level below this is no speech, dBov: -55 is a quiet voice. */
export const speechLevel = -55;
/** The least level there is (RFC 6464 §3). */
const silence = -127;
/** Somebody counts as loud as they were at their loudest in this time: so long, nobody is put aside for the pause between two sentences. */
export const staysMs = 2_000;
/** What was not measured for so long is not known. */
export const forgottenAfterMs = 1_000;

/** What is known of one open microphone by its levels, measured several times a second. */
export class Voice {
  #measuredAt = Number.NEGATIVE_INFINITY;
  #spokeAt = Number.NEGATIVE_INFINITY;
  #speech: readonly { level: number; at: number }[] = [];

  /** Takes up its mean level since the last look, dBov. */
  measure(level: number, now: number): void {
    this.#measuredAt = now;
    if (level < speechLevel) return;
    this.#spokeAt = now;
    this.#speech = [...this.#speech.filter(({ at }) => now - at < staysMs), { level, at: now }];
  }

  /** True if it was measured lately. What sends no levels, or but a packet now and then, is not. */
  known(now: number): boolean {
    return now - this.#measuredAt < forgottenAfterMs;
  }

  /** How loud it spoke lately, dBov; all who did not are as silent. */
  loudness(now: number): number {
    return Math.max(silence, ...this.#speech.filter(({ at }) => now - at < staysMs).map(({ level }) => level));
  }

  /** When it spoke last. */
  get spokeAt(): number {
    return this.#spokeAt;
  }
}
