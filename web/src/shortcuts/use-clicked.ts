import { useEffect, useState } from 'react';

/** What was clicked, and not gone to by key since. `:focus-visible` does not tell: Chromium takes whatever has the focus once a key is pressed for gone to by key. */
export function useClicked(): WeakSet<EventTarget> {
  const [clicked] = useState(() => new WeakSet<EventTarget>());
  useEffect(() => {
    const unmounted = new AbortController();
    const early = { signal: unmounted.signal, capture: true };
    let goes = false;
    const click = (event: Event) => {
      goes = false;
      for (const each of event.composedPath()) clicked.add(each);
    };
    const press = ({ key }: KeyboardEvent) => {
      goes = key === 'Tab' || key.startsWith('Arrow');
    };
    // A focus that comes back by itself, from a dialog or another window, says nothing new.
    const arrive = ({ target }: FocusEvent) => void (goes && target !== null && clicked.delete(target));
    addEventListener('pointerdown', click, early);
    addEventListener('keydown', press, early);
    addEventListener('focusin', arrive, early);
    return () => unmounted.abort();
  }, [clicked]);
  return clicked;
}
