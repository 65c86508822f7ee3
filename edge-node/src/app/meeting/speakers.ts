import type { Loudness, MediaProducer, MediaRouter } from '../ports/media.ts';

/** Who is the loudest of those who publish on one worker; undefined: nobody speaks there. */
export type TellSpeaker = (worker: number, trackId: string | undefined) => void;

/** Listens to the microphones that are published here, each on the router where it enters. */
export class Speakers {
  readonly #tell: TellSpeaker;
  readonly #listening = new WeakMap<MediaRouter, Promise<Loudness>>();
  /** By producer id. */
  readonly #trackIds = new Map<string, string>();

  constructor(tell: TellSpeaker) {
    this.#tell = tell;
  }

  async listen(router: MediaRouter, trackId: string, microphone: MediaProducer): Promise<void> {
    this.#trackIds.set(microphone.id, trackId);
    microphone.onClosed(() => this.#trackIds.delete(microphone.id));
    const listening = this.#listening.get(router) ?? this.#open(router);
    await (await listening).add(microphone);
  }

  /** It is closed with its router. */
  #open(router: MediaRouter): Promise<Loudness> {
    const opened = router.openLoudness();
    this.#listening.set(router, opened);
    opened.then(
      (loudness) =>
        loudness.onLoudest((id) => {
          this.#tell(router.workerIndex, id === undefined ? undefined : this.#trackIds.get(id));
        }),
      () => this.#listening.delete(router),
    );
    return opened;
  }
}
