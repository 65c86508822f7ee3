import { setTimeout as delay } from 'node:timers/promises';
import { inParallel } from './in-parallel.ts';
import { Ramp, type RampBounds } from './ramp.ts';
import { SignalError } from './signal-socket.ts';
import { Viewer, type ViewerOptions } from './viewer.ts';

const tickMs = 50;
const leavesAtOnce = 32;

/** Everybody who watches: comes as fast as the machine can take them, and leaves again. */
export class Audience {
  readonly viewers: Viewer[] = [];
  /** Joins that failed, by their code. */
  readonly refused: Record<string, number> = {};
  /** Joins started per second, the highest there was. */
  highestRate = 0;
  #waiting = 0;
  readonly #joins: Promise<void>[] = [];
  #sinceLastSecond: number[] = [];

  /** Lets them join at a rate that follows the answers; those whose turn has not come after `withinMs` stay away. Resolves when every join is answered. */
  async grow(candidates: readonly ViewerOptions[], bounds: RampBounds, withinMs: number): Promise<void> {
    const ramp = new Ramp(bounds);
    const endsAt = performance.now() + withinMs;
    let next = 0;
    let due = 0;
    let secondEndsAt = performance.now() + 1_000;
    while (next < candidates.length && performance.now() < endsAt) {
      due += (ramp.perSecond * tickMs) / 1_000;
      for (; due >= 1 && next < candidates.length; due -= 1) this.#start(candidates[next++]);
      await delay(tickMs);
      if (performance.now() < secondEndsAt) continue;
      this.highestRate = Math.max(this.highestRate, ramp.perSecond);
      ramp.heed(this.#sinceLastSecond, this.#waiting);
      this.#sinceLastSecond = [];
      secondEndsAt = performance.now() + 1_000;
    }
    await Promise.all(this.#joins);
  }

  /** Everybody leaves; those whose turn has not come after `withinMs` just go. Returns how many were not told that they left, by the reason. */
  async shrink(withinMs: number): Promise<Record<string, number>> {
    const endsAt = performance.now() + withinMs;
    const unconfirmed: Record<string, number> = {};
    await inParallel(this.viewers, leavesAtOnce, async (viewer) => {
      const failure = performance.now() < endsAt ? await failureToLeave(viewer) : 'NOT_ASKED';
      viewer.drop();
      if (failure !== undefined) unconfirmed[failure] = (unconfirmed[failure] ?? 0) + 1;
    });
    return unconfirmed;
  }

  #start(candidate: ViewerOptions | undefined): void {
    if (candidate !== undefined) this.#joins.push(this.#join(candidate));
  }

  async #join(candidate: ViewerOptions): Promise<void> {
    this.#waiting += 1;
    try {
      const viewer = await Viewer.join(candidate);
      this.viewers.push(viewer);
      this.#sinceLastSecond.push(viewer.joinMs);
    } catch (error) {
      const code = error instanceof SignalError ? error.code : String(error);
      this.refused[code] = (this.refused[code] ?? 0) + 1;
    } finally {
      this.#waiting -= 1;
    }
  }
}

async function failureToLeave(viewer: Viewer): Promise<string | undefined> {
  try {
    await viewer.leave();
    return undefined;
  } catch (error) {
    if (error instanceof SignalError) return error.code;
    throw error;
  }
}
