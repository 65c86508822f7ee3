import { setTimeout as delay } from 'node:timers/promises';
import { camera } from '../../../control-plane/src/testing/media.ts';
import type { HeadlessParticipant } from './headless-participant.ts';

/** Somebody who publishes a camera and mutes and unmutes it without a pause, as people write in a chat: each change is an event for everybody. */
export class Restless {
  readonly participant: HeadlessParticipant;
  readonly trackId: string;
  /** Changes that were acknowledged. */
  acknowledged = 0;
  /** Changes of which nobody knows whether they happened. */
  unknown = 0;
  #stopped = false;
  readonly #done: Promise<void>;

  static async begin(participant: HeadlessParticipant, everyMs: number): Promise<Restless> {
    const { published } = await participant.request({ publish: camera });
    if (published === undefined) throw new Error('the camera was not published');
    return new Restless(participant, published.trackId, everyMs);
  }

  private constructor(participant: HeadlessParticipant, trackId: string, everyMs: number) {
    this.participant = participant;
    this.trackId = trackId;
    this.#done = this.#change(everyMs);
  }

  /** Resolves when its last change was answered. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
  }

  /** How many of its changes somebody heard of. */
  heardBy({ told }: HeadlessParticipant): number {
    return told.filter(({ event }) => event?.trackUpdated?.id === this.trackId).length;
  }

  async #change(everyMs: number): Promise<void> {
    while (!this.#stopped) {
      await delay(everyMs);
      const { connection, state } = this.participant;
      if (connection.state !== 'connected') continue;
      const muted = state.tracks.get(this.trackId)?.muted ?? false;
      try {
        await this.participant.request({ setMuted: { trackId: this.trackId, muted: !muted } });
        this.acknowledged += 1;
      } catch {
        // The connection was lost on the way: who asks again may do it twice, so it is not asked again.
        this.unknown += 1;
      }
    }
  }
}
