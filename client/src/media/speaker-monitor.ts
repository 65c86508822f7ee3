import type { Clock } from '@canopy/runtime/clock';
import type { PlayedSources } from './flow.ts';
import type { ReceivedTrack } from './remote-tracks.ts';
import { type SpeakerLevel, speakersAt } from './speakers.ts';

const periodMs = 150;

export interface SpeakerMonitorDeps {
  clock: Clock;
  receiving: () => readonly ReceivedTrack[];
  /** Whose track it is: a participant id. */
  speakerOf: (trackId: string) => string | undefined;
  onChange: (participantIds: string[]) => void;
}

/** Watches the levels of received audio and reports who speaks, whenever that changes. */
export class SpeakerMonitor {
  readonly stop: () => void;
  readonly #deps: SpeakerMonitorDeps;
  readonly #levels: ReceivedLevels;
  #speakers: ReadonlyMap<string, number> = new Map();

  constructor(deps: SpeakerMonitorDeps) {
    this.#deps = deps;
    this.#levels = new ReceivedLevels(deps.clock);
    this.stop = deps.clock.every(periodMs, () => this.#listen());
  }

  #listen(): void {
    const { clock, onChange } = this.#deps;
    const before = this.#speakers;
    this.#speakers = speakersAt(clock.now(), before, this.#heard());
    const changed = before.size !== this.#speakers.size || [...before.keys()].some((id) => !this.#speakers.has(id));
    if (changed) onChange([...this.#speakers.keys()]);
  }

  #heard(): SpeakerLevel[] {
    const { receiving, speakerOf } = this.#deps;
    return receiving().flatMap(({ trackId, media, receiver }) => {
      const participantId = speakerOf(trackId);
      if (participantId === undefined || media.kind !== 'audio') return [];
      return [{ participantId, level: this.#levels.of(receiver) }];
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
