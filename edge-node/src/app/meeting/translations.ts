import type { ChosenCodecs, MediaProducer } from '../ports/media.ts';
import type { LocalCopy, LocalPipes } from './local-pipes.ts';
import { keyOf, type RouterPlace } from './meeting-routers.ts';

interface Translation {
  opened: Promise<LocalCopy>;
  holders: number;
}

/**
 * Tracks in payload types that clients chose: a router gives all its consumers the same ones, so each choice has a router of
 * its own beside the mesh's. One copy of a track goes there, however many receive it; it is made by the first of them and
 * closed with the last.
 */
export class Translations {
  readonly #pipes: LocalPipes;
  readonly #translations = new Map<string, Translation>();

  constructor(pipes: LocalPipes) {
    this.#pipes = pipes;
  }

  /** What to consume instead of `source`, a producer on that worker. Throws INVALID_MEDIA_PARAMETERS when its codec was not chosen. */
  async take(source: MediaProducer, workerIndex: number, codecs: ChosenCodecs): Promise<LocalCopy> {
    const place = { workerIndex, codecs };
    const key = `${source.id} ${keyOf(place)}`;
    const translation = this.#translations.get(key) ?? this.#open(key, source, place);
    translation.holders++;
    const { producer } = await translation.opened;
    let held = true;
    const release = () => {
      if (!held) return;
      held = false;
      translation.holders--;
      if (translation.holders === 0) this.#close(key, translation);
    };
    return { producer, release };
  }

  #open(key: string, source: MediaProducer, to: RouterPlace): Translation {
    const opened = this.#pipes.copy(source, { workerIndex: to.workerIndex }, to, false);
    const translation: Translation = { opened, holders: 0 };
    this.#translations.set(key, translation);
    const forget = () => this.#forget(key, translation);
    opened.then(({ producer }) => producer.onClosed(forget), forget);
    return translation;
  }

  #close(key: string, translation: Translation): void {
    this.#forget(key, translation);
    translation.opened.then(
      (copy) => copy.release(),
      () => undefined,
    );
  }

  #forget(key: string, translation: Translation): void {
    if (this.#translations.get(key) === translation) this.#translations.delete(key);
  }
}
