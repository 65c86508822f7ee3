/** Where it is kept up to where somebody has read, by key: a `Map`, or what outlives the page. Of a chat the key is the id of its meeting; other things have keys of their own. */
export interface ReadMarks {
  /** The sequence of the last thing that was read; undefined: whoever it is was never there. */
  get(key: string): number | undefined;
  set(key: string, sequence: number): void;
}

/** Something that is read or not. */
export interface Readable {
  /** Grows from one to the next. */
  readonly sequence: number;
}

/** Up to where somebody has read one kind of thing: of one meeting, then of another. */
export class ReadingPlace {
  readonly #marks: ReadMarks;
  #key = '';
  #to: number | undefined;

  constructor(marks: ReadMarks) {
    this.#marks = marks;
  }

  /** From now on it is about another meeting. */
  turnTo(key: string): void {
    this.#key = key;
    this.#to = this.#marks.get(key);
  }

  /** All of this was read. */
  read(things: readonly Readable[]): void {
    const to = things.reduce((most, { sequence }) => Math.max(most, sequence), this.#to ?? 0);
    if (to === this.#to) return;
    this.#to = to;
    this.#marks.set(this.#key, to);
  }

  /** How many of these are unread. Who is here for the first time has missed nothing: what was there before counts as read once it is known (`loaded`), and until then all of it does. */
  unread(things: readonly Readable[], loaded: boolean): number {
    if (loaded && this.#to === undefined) this.read(things);
    const to = this.#to ?? Number.POSITIVE_INFINITY;
    return things.filter(({ sequence }) => sequence > to).length;
  }
}
