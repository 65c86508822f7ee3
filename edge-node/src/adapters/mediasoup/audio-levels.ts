import type { types } from 'mediasoup';
import type { Loudness, MediaProducer } from '../../app/ports/media.ts';
import { MediasoupClosable } from './closable.ts';

export class AudioLevels extends MediasoupClosable implements Loudness {
  /** The loudest of the last half second, in which mediasoup wants ten packets; -55 dBov is a quiet voice. */
  static readonly options: types.AudioLevelObserverOptions = { maxEntries: 1, threshold: -55, interval: 500 };
  readonly #observer: types.AudioLevelObserver;

  constructor(observer: types.AudioLevelObserver) {
    super(observer);
    this.#observer = observer;
  }

  async add({ id, closed }: MediaProducer): Promise<void> {
    if (!closed && !this.closed) await this.#observer.addProducer({ producerId: id });
  }

  onLoudest(listener: (producerId: string | undefined) => void): void {
    let loudest: string | undefined;
    const tell = (producerId: string | undefined) => {
      if (producerId === loudest) return;
      loudest = producerId;
      listener(producerId);
    };
    this.#observer.on('volumes', ([first]) => tell(first?.producer.id));
    this.#observer.on('silence', () => tell(undefined));
  }
}
