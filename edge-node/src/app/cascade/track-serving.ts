import { CanopyError } from '@canopy/runtime/errors';
import type { Logger } from '@canopy/runtime/logger';
import { inBackground } from '../background.ts';
import type { LocalCopy } from '../meeting/local-pipes.ts';
import type { MediaProducer } from '../ports/media.ts';

/** Where a track enters this edge. */
export interface ServingSource<Served = MediaProducer> {
  producer: Served;
  workerIndex: number;
}

/** A producer in use; whoever takes it drops it, once. */
export interface ServedProducer<Served = MediaProducer> {
  producer: Served;
  drop: () => void;
}

interface Copy<Served> {
  opened: Promise<LocalCopy<Served>>;
  /** Once that is done. */
  made?: Served;
  holders: number;
}

/** Makes a copy on a worker's router. */
export type MakeCopy<Served = MediaProducer> = (workerIndex: number, paused: boolean) => Promise<LocalCopy<Served>>;

type Servable = Pick<MediaProducer, 'setPaused' | 'onClosed'>;

/**
 * What consumers and children of one track hang on: the producer on the router where it enters, if it serves by itself, and a
 * copy on each other router that has demand. A copy is made by its first holder and closed with its last. Pausing reaches all.
 */
export class TrackServing<Served extends Servable = MediaProducer> {
  readonly #source: ServingSource<Served> | undefined;
  readonly #makeCopy: MakeCopy<Served>;
  readonly #logger: Logger;
  readonly #copies = new Map<number, Copy<Served>>();
  #paused: boolean;
  #closed = false;

  constructor(source: ServingSource<Served> | undefined, paused: boolean, makeCopy: MakeCopy<Served>, logger: Logger) {
    this.#source = source;
    this.#paused = paused;
    this.#makeCopy = makeCopy;
    this.#logger = logger;
    this.setPaused(paused);
  }

  /** The producer to consume on that worker. */
  async take(workerIndex: number): Promise<ServedProducer<Served>> {
    if (workerIndex === this.#source?.workerIndex) return { producer: this.#source.producer, drop: () => undefined };
    const copy = this.#copies.get(workerIndex) ?? this.#open(workerIndex);
    copy.holders++;
    const { producer } = await copy.opened;
    return {
      producer,
      drop: () => {
        copy.holders--;
        if (copy.holders === 0) this.#release(workerIndex, copy);
      },
    };
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    if (this.#source !== undefined) this.#apply(this.#source.producer);
    for (const { opened } of this.#copies.values()) {
      opened.then(
        ({ producer }) => this.#apply(producer),
        () => undefined,
      );
    }
  }

  /** The copies there are. */
  get copies(): Served[] {
    return [...this.#copies.values()].flatMap(({ made }) => (made === undefined ? [] : [made]));
  }

  /** Closes the copies; the source belongs to the feed. */
  close(): void {
    this.#closed = true;
    for (const [workerIndex, copy] of this.#copies) this.#release(workerIndex, copy);
  }

  #open(workerIndex: number): Copy<Served> {
    const copy: Copy<Served> = { opened: this.#copyTo(workerIndex), holders: 0 };
    this.#copies.set(workerIndex, copy);
    const forget = () => {
      if (this.#copies.get(workerIndex) === copy) this.#copies.delete(workerIndex);
    };
    copy.opened.then(({ producer }) => {
      copy.made = producer;
      producer.onClosed(forget);
    }, forget);
    return copy;
  }

  async #copyTo(workerIndex: number): Promise<LocalCopy<Served>> {
    const copy = await this.#makeCopy(workerIndex, this.#paused);
    if (this.#closed) {
      copy.release();
      throw new CanopyError('LINK_NOT_FOUND');
    }
    this.#apply(copy.producer);
    return copy;
  }

  #release(workerIndex: number, copy: Copy<Served>): void {
    if (this.#copies.get(workerIndex) === copy) this.#copies.delete(workerIndex);
    copy.opened.then(
      (opened) => opened.release(),
      () => undefined,
    );
  }

  #apply(producer: Served): void {
    inBackground(
      this.#logger,
      this.#paused ? 'pausing a producer' : 'resuming a producer',
      producer.setPaused(this.#paused),
    );
  }
}
