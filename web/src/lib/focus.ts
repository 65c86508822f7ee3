import { useCallback } from 'react';

/**
 * A ref for what takes the place of another page: it takes the focus that went away with that, so that keyboards and
 * screen readers go on from here. Not when the page was just loaded: then they begin at its top.
 */
export function useFocusHere(): (element: HTMLElement | null) => void {
  return useCallback((element) => {
    const isLost = document.activeElement === null || document.activeElement === document.body;
    if (isLost && navigator.userActivation?.hasBeenActive) element?.focus({ preventScroll: true });
  }, []);
}
