import type { Clock } from '@canopy/runtime/clock';
import type { Logger } from '@canopy/runtime/logger';
import { loudest } from '../../core/speaking/loudest.ts';
import { forgottenAfterMs, Voice } from '../../core/speaking/voice.ts';
import { inBackground } from '../background.ts';
import type { LocalFeed } from '../cascade/local-feed.ts';
import type { Levels, MediaProducer, MediaRouter } from '../ports/media.ts';
import { PerRouter } from './per-router.ts';

export interface HushingOptions {
  /** So many microphones of the meeting cross the links from here. */
  places: number;
  clock: Clock;
  logger: Logger;
}

interface OpenMicrophone {
  feed: LocalFeed;
  router: MediaRouter;
  voice: Voice;
}

/**
 * Hushes microphones that are published here and not among the loudest, so that links need not carry them. One whose levels are
 * not known is left alone: it sends none, it has just been opened, or its sender is silent and sends next to nothing by itself.
 */
export class Hushing {
  readonly #options: HushingOptions;
  /** By producer id, those that are not muted. */
  readonly #open = new Map<string, OpenMicrophone>();
  readonly #levels = new PerRouter((router) => this.#listen(router));
  readonly #measured = new WeakSet<MediaProducer>();
  #chosen: ReadonlySet<Voice> = new Set();
  #cancelLook = () => {};

  constructor(options: HushingOptions) {
    this.#options = options;
  }

  /** Takes a microphone up, until it ends. */
  add(router: MediaRouter, feed: LocalFeed): void {
    const { id } = feed.producer;
    const open = () => this.#open.set(id, { feed, router, voice: new Voice() });
    if (!feed.muted) open();
    feed.facts.on('muted', (muted) => {
      if (muted) this.#open.delete(id);
      else open();
      feed.setHushed(false);
      this.#follow();
    });
    feed.facts.on('ended', () => {
      this.#open.delete(id);
      this.#follow();
    });
    this.#follow();
  }

  /** Levels are measured only where there are more microphones than places: most meetings cost nothing. */
  #follow(): void {
    if (this.#open.size > this.#options.places) {
      for (const { router, feed } of this.#open.values()) {
        if (this.#measured.has(feed.producer)) continue;
        this.#measured.add(feed.producer);
        const added = this.#levels.get(router).then((levels) => levels.add(feed.producer));
        inBackground(this.#options.logger, 'measuring a microphone', added);
      }
    }
    this.#choose();
  }

  async #listen(router: MediaRouter): Promise<Levels> {
    const levels = await router.openLevels();
    levels.onMeasured((measured) => {
      const now = this.#options.clock.monotonicMs();
      for (const [id, level] of measured) this.#open.get(id)?.voice.measure(level, now);
      this.#choose();
    });
    return levels;
  }

  #choose(): void {
    const { clock, places } = this.#options;
    const now = clock.monotonicMs();
    const open = [...this.#open.values()];
    this.#chosen = loudest(
      open.map(({ voice }) => voice),
      places,
      this.#chosen,
      now,
    );
    for (const { feed, voice } of open) feed.setHushed(voice.known(now) && !this.#chosen.has(voice));
    this.#cancelLook();
    if (open.length > places) this.#cancelLook = clock.after(forgottenAfterMs, () => this.#choose());
  }
}
