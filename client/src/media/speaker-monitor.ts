import type { Clock } from '@canopy/runtime/clock';
import type { PlayedSources } from './flow.ts';
import { type SpeakerLevel, speakersAt } from './speakers.ts';

const periodMs = 150;

/** Watches the levels of received audio and reports who speaks, whenever that changes. */
export class SpeakerMonitor {
  readonly stop: () => void;
  #speakers: ReadonlyMap<string, number> = new Map();

  constructor(clock: Clock, levels: () => SpeakerLevel[], onChange: (participantIds: string[]) => void) {
    this.stop = clock.every(periodMs, () => {
      const before = this.#speakers;
      this.#speakers = speakersAt(clock.now(), before, levels());
      const changed = before.size !== this.#speakers.size || [...before.keys()].some((id) => !this.#speakers.has(id));
      if (changed) onChange([...this.#speakers.keys()]);
    });
  }
}

/** The level a receiver played last, between 0 and 1. */
export function receivedLevel(receiver: PlayedSources | undefined): number {
  return receiver?.getSynchronizationSources()[0]?.audioLevel ?? 0;
}
