import type { RecordingInfo } from '@canopy/client';

/** How often recordings are asked for of which none changes by itself any more: somebody may begin another one. */
const restMs = 5_000;

interface Recordings {
  recordings: readonly RecordingInfo[];
}

/** Answers from memory for a while once all recordings are ready, or failed; until then as `load` does. */
export class Unhurried<T extends Recordings> {
  readonly #load: () => Promise<T>;
  readonly #now: () => number;
  #settled: { answer: T; until: number } | undefined;

  constructor(load: () => Promise<T>, now: () => number = Date.now) {
    this.#load = load;
    this.#now = now;
  }

  readonly load = async (): Promise<T> => {
    if (this.#settled !== undefined && this.#now() < this.#settled.until) return this.#settled.answer;
    const answer = await this.#load();
    this.#settled = answer.recordings.every(isSettled) ? { answer, until: this.#now() + restMs } : undefined;
    return answer;
  };

  /** Something changed: asks the next time. */
  hurry(): void {
    this.#settled = undefined;
  }
}

function isSettled({ status, composition }: RecordingInfo): boolean {
  return status === 'stopped' && (composition.status === 'ready' || composition.status === 'failed');
}
