import type { MediaRouter } from '../ports/media.ts';

/** One thing on each router: made when it is needed there first, closed with the router. */
export class PerRouter<Made> {
  readonly #make: (router: MediaRouter) => Promise<Made>;
  readonly #made = new WeakMap<MediaRouter, Promise<Made>>();

  constructor(make: (router: MediaRouter) => Promise<Made>) {
    this.#make = make;
  }

  /** What can't be made is tried again by the next who needs it. */
  get(router: MediaRouter): Promise<Made> {
    const known = this.#made.get(router);
    if (known !== undefined) return known;
    const made = this.#make(router);
    this.#made.set(router, made);
    made.catch(() => this.#made.delete(router));
    return made;
  }
}
