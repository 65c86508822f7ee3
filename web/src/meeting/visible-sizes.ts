import type { Box } from './layout.ts';

/** Knows which tiles are on the screen and how large, in device pixels. */
export class VisibleSizes {
  readonly #onChange: () => void;
  readonly #trackIds = new Map<Element, string>();
  readonly #visible = new Set<Element>();
  readonly #sizes = new Map<Element, Box>();
  readonly #resize = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) this.#sizes.set(target, contentRect);
    this.#onChange();
  });
  /** A little ahead of the edge, so that a tile that is scrolled to already plays. */
  readonly #intersection = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) this.#visible.add(target);
        else this.#visible.delete(target);
      }
      this.#onChange();
    },
    { rootMargin: '120px' },
  );

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Returns the function that ends the observation. */
  observe(trackId: string, element: Element): () => void {
    this.#trackIds.set(element, trackId);
    this.#resize.observe(element);
    this.#intersection.observe(element);
    return () => {
      this.#resize.unobserve(element);
      this.#intersection.unobserve(element);
      this.#trackIds.delete(element);
      this.#visible.delete(element);
      this.#sizes.delete(element);
      this.#onChange();
    };
  }

  /** By track id. */
  get shown(): ReadonlyMap<string, Box> {
    const shown = new Map<string, Box>();
    for (const [element, trackId] of this.#trackIds) {
      const size = this.#sizes.get(element);
      if (size === undefined || !this.#visible.has(element)) continue;
      shown.set(trackId, { width: size.width * devicePixelRatio, height: size.height * devicePixelRatio });
    }
    return shown;
  }
}
