/** Size of a picture, in device pixels. */
export interface ShownBox {
  width: number;
  height: number;
  /** It is in a window above all others. */
  above?: boolean;
}

/** Knows which pictures are on the screen and how large, in device pixels: what `wantsFor` makes subscriptions of. */
export class VisibleSizes {
  readonly #onChange: () => void;
  readonly #trackIds = new Map<Element, string>();
  readonly #visible = new Set<Element>();
  readonly #sizes = new Map<Element, ShownBox>();
  #pageHidden = false;
  #above: { trackId: string; box: ShownBox } | null = null;
  readonly #resize = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) this.#sizes.set(target, contentRect);
    this.#onChange();
  });
  /** A little ahead of the edge, so that a picture that is scrolled to already plays. */
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

  /** @param onChange called whenever `shown` may be another */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** `element` is where a track is, or would be, shown. Returns the function that ends the observation. */
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

  /** A picture in a window above all others. That one is looked at while this page is hidden, and measures by itself. Returns the function that ends the observation. */
  observeAbove(trackId: string, element: Element): () => void {
    const home = element.ownerDocument.defaultView;
    if (home === null) return () => {};
    const resize = new home.ResizeObserver(() => {
      const { clientWidth, clientHeight } = element;
      const box = { width: clientWidth * home.devicePixelRatio, height: clientHeight * home.devicePixelRatio };
      this.#above = { trackId, box };
      this.#onChange();
    });
    resize.observe(element);
    return () => {
      resize.disconnect();
      this.#above = null;
      this.#onChange();
    };
  }

  /** Whether nobody looks at the page. */
  setPageHidden(hidden: boolean): void {
    this.#pageHidden = hidden;
    this.#onChange();
  }

  /** By track id. */
  get shown(): ReadonlyMap<string, ShownBox> {
    const shown = new Map<string, ShownBox>();
    for (const [element, trackId] of this.#trackIds) {
      const size = this.#sizes.get(element);
      if (size === undefined || !this.#isOnScreen(element)) continue;
      shown.set(trackId, { width: size.width * devicePixelRatio, height: size.height * devicePixelRatio });
    }
    if (this.#above === null) return shown;
    const { trackId, box } = this.#above;
    const here = shown.get(trackId) ?? box;
    const larger = here.width * here.height > box.width * box.height ? here : box;
    return shown.set(trackId, { ...larger, above: true });
  }

  /** Of a page that is hidden only what is in picture in picture; all of it where the browser does not say what that is. */
  #isOnScreen(place: Element): boolean {
    const isTold = 'pictureInPictureElement' in document;
    return this.#pageHidden && isTold ? place.contains(document.pictureInPictureElement) : this.#visible.has(place);
  }
}
