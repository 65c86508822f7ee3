import { type RefObject, useEffect } from 'react';

/** For what is open beside `element`: it stays beside it wherever that glides. Popovers look for their place anew when the window is resized, but know of nothing else that moves what they belong to. */
export function useFollowed(element: RefObject<Element | null>): void {
  useEffect(() => {
    let before = placeOf(element.current);
    let frame = requestAnimationFrame(look);
    function look(): void {
      const now = placeOf(element.current);
      if (now !== before) dispatchEvent(new Event('resize'));
      before = now;
      frame = requestAnimationFrame(look);
    }
    return () => cancelAnimationFrame(frame);
  }, [element]);
}

function placeOf(element: Element | null): string {
  const box = element?.getBoundingClientRect();
  return `${box?.left} ${box?.top}`;
}
