import { Emitter } from '@canopy/runtime/emitter';
import { type Readable, ReadingPlace, type ReadMarks } from './unread.ts';

interface Unread {
  /** How many things of others came since this participant last read. */
  readonly unread: number;
}

/** What is shown of one kind of thing, with how much of it is unread. Tells of each view that takes the place of another. */
export class UnreadView<Shown extends object> {
  readonly events = new Emitter<{ changed: Shown & Unread }>();
  readonly #place: ReadingPlace;
  #view: Shown & Unread;
  #ofOthers: readonly Readable[] = [];

  /** @param shown before anything is known */
  constructor(marks: ReadMarks, shown: NoInfer<Shown>) {
    this.#place = new ReadingPlace(marks);
    this.#view = { ...shown, unread: 0 };
  }

  get view(): Shown & Unread {
    return this.#view;
  }

  /** What is shown next is of another meeting. */
  turnTo(key: string): void {
    this.#place.turnTo(key);
  }

  /**
   * @param ofOthers what may be unread of it
   * @param loaded what was there before this participant came is among it
   */
  show(shown: Shown, ofOthers: readonly Readable[], loaded: boolean): void {
    this.#ofOthers = ofOthers;
    this.#view = { ...shown, unread: this.#place.unread(ofOthers, loaded) };
    this.events.emit('changed', this.#view);
  }

  /** All that is shown was read. The view says so at once, its event a moment later: who is told of a change calls this, and the other listeners are to hear of that change first. */
  markRead(): void {
    if (this.#view.unread === 0) return;
    this.#place.read(this.#ofOthers);
    const read = { ...this.#view, unread: 0 };
    this.#view = read;
    queueMicrotask(() => {
      if (this.#view === read) this.events.emit('changed', read);
    });
  }
}
