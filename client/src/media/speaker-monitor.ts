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

/** Browsers repeat the level of what came last for ten seconds. Even in silence something comes twice a second, so this long after it nothing is heard any more. */
const staleMs = 600;

/** What receivers play now. */
export class ReceivedLevels {
  readonly #clock: Clock;
  /** When it was first seen that something was played. */
  readonly #seen = new WeakMap<PlayedSources, { playedAt: number; at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Between 0 and 1; to be asked again and again. */
  of(receiver: PlayedSources | undefined): number {
    const source = receiver?.getSynchronizationSources()[0];
    if (receiver === undefined || source === undefined) return 0;
    const now = this.#clock.now();
    const before = this.#seen.get(receiver);
    if (before?.playedAt !== source.timestamp) this.#seen.set(receiver, { playedAt: source.timestamp, at: now });
    // Also where the clock was set back.
    else if (Math.abs(now - before.at) >= staleMs) return 0;
    return source.audioLevel ?? 0;
  }
}
