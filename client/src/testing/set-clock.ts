import { VirtualClock } from '@canopy/runtime/clock';

/** A clock that somebody sets, while its timers go on as before. */
export class SetClock extends VirtualClock {
  #aheadMs = 0;

  override now(): number {
    return super.now() + this.#aheadMs;
  }

  set(byMs: number): void {
    this.#aheadMs += byMs;
  }
}
