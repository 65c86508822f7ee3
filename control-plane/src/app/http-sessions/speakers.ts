import type { EdgeFact } from '@canopy/proto/bus';
import type { Clock } from '@canopy/runtime/clock';
import { heard, isContested, nobodySpoke, type SpeakerState, settle, settlesAt } from '../../core/stage/speaker.ts';

/** Meetings remembered; of more, those forget who spoke in which nobody spoke for longest. */
const mostMeetings = 10_000;

/** Who speaks in each meeting, as edges tell. What a lost fact leaves wrong the next one puts right. */
export class Speakers {
  readonly #clock: Clock;
  readonly #meetings = new Map<string, SpeakerState>();
  readonly #listeners = new Map<string, Set<() => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  factHeard({ edgeId, speakerChanged }: EdgeFact): void {
    if (speakerChanged === undefined) return;
    const { meetingId, worker, trackId } = speakerChanged;
    const before = this.#meetings.get(meetingId) ?? nobodySpoke;
    this.#update(meetingId, before, heard(before, `${edgeId} ${worker}`, trackId, this.#clock.now()));
  }

  /** The microphone of whoever speaks, or spoke last. */
  of(meetingId: string): string | undefined {
    return this.#meetings.get(meetingId)?.trackId;
  }

  /** Calls the listener when that is another one. Returns what ends it. */
  onChanged(meetingId: string, listener: () => void): () => void {
    const listeners = this.#listeners.get(meetingId) ?? new Set();
    this.#listeners.set(meetingId, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(meetingId) === listeners) this.#listeners.delete(meetingId);
    };
  }

  #update(meetingId: string, before: SpeakerState, after: SpeakerState): void {
    this.#meetings.delete(meetingId);
    this.#meetings.set(meetingId, after);
    const [oldest] = this.#meetings.keys();
    if (this.#meetings.size > mostMeetings && oldest !== undefined) this.#meetings.delete(oldest);
    if (after.trackId !== before.trackId) for (const listener of this.#listeners.get(meetingId) ?? []) listener();
    else if (isContested(after)) this.#settleLater(meetingId, after);
  }

  /** Whoever spoke up meanwhile has its turn when the present one has had its time. */
  #settleLater(meetingId: string, speaking: SpeakerState): void {
    this.#clock.after(Math.max(settlesAt(speaking) - this.#clock.now(), 0), () => {
      if (this.#meetings.get(meetingId) === speaking)
        this.#update(meetingId, speaking, settle(speaking, this.#clock.now()));
    });
  }
}
