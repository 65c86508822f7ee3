import { useEffect, useLayoutEffect, useState } from 'react';

/** Whether a mouse is at hand, and so most likely keys: where there are none, a field that has the focus brings up others, over half of a phone. */
export function hasKeys(): boolean {
  return matchMedia('(hover: hover) and (pointer: fine)').matches;
}

/** A part of the page, by its ref. */
interface Part {
  readonly current: HTMLElement | null;
}

/**
 * For what takes the place of another page: it takes the focus that went away with that, so that keyboards and
 * screen readers go on from here. Not when the page was just loaded: then they begin at its top.
 */
export function useFocusHere(part: Part): void {
  useLayoutEffect(() => {
    if (isLost() && navigator.userActivation?.hasBeenActive) part.current?.focus({ preventScroll: true });
  }, [part]);
}

/** When this part of the page goes away while the focus is in it, the focus goes to what had it before, or else to the page's main part. */
export function useReturnedFocus(part: Part): void {
  // Before anything in it takes the focus.
  const [before] = useState(() => document.activeElement);
  useLayoutEffect(() => {
    const element = part.current;
    return () => {
      if (!element?.contains(document.activeElement)) return;
      const target = before?.isConnected && before !== document.body ? before : document.querySelector('main');
      if (target instanceof HTMLElement) target.focus();
    };
  }, [part, before]);
}

/** When what has the focus within this part of the page goes away, such as a button that has done its work, the part itself takes it, or `taker` if there is one: of parts within each other the innermost. */
export function useKeptFocus(part: Part, taker: Part = part): void {
  useEffect(() => {
    const element = part.current;
    if (element === null) return;
    let last: Element | null = null;
    const remember = ({ target }: FocusEvent) => {
      last = target instanceof Element && target.closest(`[${keeps}]`) === element ? target : null;
    };
    const changes = new MutationObserver(() => {
      if (last === null || last.isConnected) return;
      last = null;
      if (isLost()) taker.current?.focus({ preventScroll: true });
    });
    element.setAttribute(keeps, '');
    element.addEventListener('focusin', remember);
    changes.observe(element, { childList: true, subtree: true });
    return () => {
      element.removeEventListener('focusin', remember);
      changes.disconnect();
    };
  }, [part, taker]);
}

const keeps = 'data-keeps-focus';

/** Nothing has the focus. */
function isLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}
