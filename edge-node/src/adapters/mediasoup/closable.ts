import { errors } from 'mediasoup';
import type { Closable } from '../../app/ports/media.ts';

/** What all of mediasoup's objects have in common. */
interface MediasoupObject {
  readonly closed: boolean;
  close(): void;
  readonly observer: { once(event: 'close', listener: () => void): unknown };
}

/** The part of every adapter that lets its owner close it, and learn when it closed by itself. */
export abstract class MediasoupClosable implements Closable {
  readonly #object: MediasoupObject;

  constructor(object: MediasoupObject) {
    this.#object = object;
  }

  get closed(): boolean {
    return this.#object.closed;
  }

  close(): void {
    this.#object.close();
  }

  onClosed(listener: () => void): void {
    if (this.#object.closed) queueMicrotask(listener);
    else this.#object.observer.once('close', listener);
  }
}

/** Waits for a call whose failure does not matter when what it was about closed meanwhile, of which the worker's answer may tell before its notice does. */
export async function unlessClosed(object: Closable, call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!object.closed && !(error instanceof errors.NotFoundError)) throw error;
  }
}

/** Statistics of what is open; none of what is closed, or closes meanwhile. */
export async function statsUnlessClosed<Stat>(object: Closable, ask: () => Promise<Stat[]>): Promise<Stat[]> {
  if (object.closed) return [];
  try {
    return await ask();
  } catch (error) {
    if (object.closed) return [];
    throw error;
  }
}
