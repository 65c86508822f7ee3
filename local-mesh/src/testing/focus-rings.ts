/// <reference lib="dom" />

/** Runs in the page, where the last thing that was pressed is a key: what can have the focus, by its name or test id, and is seen with a square ring in a rounded corner of what it is in. */
export function squareRings(): string[] {
  const corners = [
    { radius: 'borderTopLeftRadius', x: 'left', y: 'top' },
    { radius: 'borderTopRightRadius', x: 'right', y: 'top' },
    { radius: 'borderBottomLeftRadius', x: 'left', y: 'bottom' },
    { radius: 'borderBottomRightRadius', x: 'right', y: 'bottom' },
  ] as const;
  /** A pixel less rounded is not seen. */
  const unseen = 2;

  const radiusOf = (element: Element, corner: (typeof corners)[number]) => {
    const { width, height } = element.getBoundingClientRect();
    return Math.min(Number.parseFloat(getComputedStyle(element)[corner.radius]), width / 2, height / 2);
  };

  const standsOut = (element: Element, around: Element) =>
    corners.some((corner) => {
      const [inner, outer] = [element.getBoundingClientRect(), around.getBoundingClientRect()];
      const radius = radiusOf(around, corner);
      const [dx, dy] = [Math.abs(inner[corner.x] - outer[corner.x]), Math.abs(inner[corner.y] - outer[corner.y])];
      const isBeyond = dx < radius && dy < radius && Math.hypot(radius - dx, radius - dy) > radius;
      return isBeyond && radiusOf(element, corner) < radius - Math.max(dx, dy) - unseen;
    });

  const all = document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary, [tabindex]');
  const square = [...all].filter((element) => {
    // The days of a month are gone to by arrow.
    const isReached = element.tabIndex >= 0 || element instanceof HTMLButtonElement;
    if (!isReached || !element.checkVisibility({ visibilityProperty: true })) return false;
    element.focus({ preventScroll: true });
    if (!element.matches(':focus-visible')) return false;
    for (let around = element.parentElement; around !== null; around = around.parentElement)
      if (standsOut(element, around)) return true;
    return false;
  });
  return square.map((element) => element.dataset.testid ?? element.ariaLabel ?? element.outerHTML.slice(0, 80));
}
