import type { types } from 'mediasoup';
import type { Levels, Loudness, MediaProducer } from '../../app/ports/media.ts';
import { MediasoupClosable } from './closable.ts';

class AudioObserver extends MediasoupClosable {
  protected readonly observer: types.AudioLevelObserver;

  constructor(observer: types.AudioLevelObserver) {
    super(observer);
    this.observer = observer;
  }

  async add({ id, closed }: MediaProducer): Promise<void> {
    if (!closed && !this.closed) await this.observer.addProducer({ producerId: id });
  }
}

export class AudioLoudness extends AudioObserver implements Loudness {
  /** The loudest of the last half second, in which mediasoup wants ten packets; -55 dBov is a quiet voice. */
  static readonly options: types.AudioLevelObserverOptions = { maxEntries: 1, threshold: -55, interval: 500 };

  onLoudest(listener: (producerId: string | undefined) => void): void {
    let loudest: string | undefined;
    const tell = (producerId: string | undefined) => {
      if (producerId === loudest) return;
      loudest = producerId;
      listener(producerId);
    };
    this.observer.on('volumes', ([first]) => tell(first?.producer.id));
    this.observer.on('silence', () => tell(undefined));
  }
}

export class AudioLevels extends AudioObserver implements Levels {
  /** All of them, however silent, as often as mediasoup can: it wants ten packets in that time, too, of the twelve that browsers send. */
  static readonly options: types.AudioLevelObserverOptions = { maxEntries: 65_535, threshold: -127, interval: 250 };

  onMeasured(listener: (levels: ReadonlyMap<string, number>) => void): void {
    this.observer.on('volumes', (volumes) =>
      listener(new Map(volumes.map(({ producer, volume }) => [producer.id, volume]))),
    );
  }
}
