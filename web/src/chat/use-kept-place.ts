import { type RefObject, useLayoutEffect, useRef } from 'react';

/** A message, and how far it is below the beginning of what is scrolled, px. */
interface Place {
  message: Element;
  top: number;
}

/**
 * What is read stays where it is when older messages come in above it, and another one is the first. Browsers see to that, but not
 * all of them, and none at the very top.
 */
export function useKeptPlace(log: RefObject<HTMLElement | null>, firstId: string | undefined): void {
  const before = useRef<Place>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another first message is what moves the rest
  useLayoutEffect(() => {
    const section = log.current?.closest('section');
    const first = log.current?.querySelector('article');
    if (!section || !first) return;
    const topOf = (message: Element) =>
      message.getBoundingClientRect().top - section.getBoundingClientRect().top + section.scrollTop;
    const moved = before.current?.message.isConnected ? topOf(before.current.message) - before.current.top : 0;
    // Else it was moved along already.
    if (section.scrollTop < moved) section.scrollTop += moved;
    before.current = { message: first, top: topOf(first) };
  }, [log, firstId]);
}
