import type { Loudness, MediaProducer, MediaRouter } from '../ports/media.ts';
import { PerRouter } from './per-router.ts';

/** Who is the loudest of those who publish on one worker; undefined: nobody speaks there. */
export type TellSpeaker = (worker: number, trackId: string | undefined) => void;

/** Listens to the microphones and to the sound of screens that are published here, each on the router where it enters. */
export class Speakers {
  readonly #tell: TellSpeaker;
  readonly #listening = new PerRouter((router) => this.#open(router));
  /** By producer id. */
  readonly #trackIds = new Map<string, string>();

  constructor(tell: TellSpeaker) {
    this.#tell = tell;
  }

  async listen(router: MediaRouter, trackId: string, sound: MediaProducer): Promise<void> {
    this.#trackIds.set(sound.id, trackId);
    sound.onClosed(() => this.#trackIds.delete(sound.id));
    await (await this.#listening.get(router)).add(sound);
  }

  async #open(router: MediaRouter): Promise<Loudness> {
    const loudness = await router.openLoudness();
    loudness.onLoudest((id) => {
      this.#tell(router.workerIndex, id === undefined ? undefined : this.#trackIds.get(id));
    });
    return loudness;
  }
}
