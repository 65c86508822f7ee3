import type { Closable } from '../app/ports/media.ts';

/** Something that is open until it is closed. */
export class ToyClosable implements Closable {
  closed = false;
  readonly #listeners: (() => void)[] = [];

  close(): void {
    this.closed = true;
    for (const listener of this.#listeners.splice(0)) listener();
  }

  onClosed(listener: () => void): void {
    this.#listeners.push(listener);
  }
}
