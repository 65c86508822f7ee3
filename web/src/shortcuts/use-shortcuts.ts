import { useEffect, useRef } from 'react';
import { tinykeys } from 'tinykeys';
import { useStore } from 'zustand';
import { bindingsOf, type ShortcutAction, shortcutActions } from './key-map.ts';
import { shortcuts } from './shortcut-store.ts';
import { useClicked } from './use-clicked.ts';

/** What a key does; what that returns is done once the key is let go. */
type Act = (() => void) | (() => (() => void) | undefined);

/** Does what its key stands for, unless somebody types or a dialog is open. Undefined: there is nothing to do here, and the key is anybody's. */
export function useShortcuts(actions: Readonly<Record<ShortcutAction, Act | undefined>>): void {
  const { on, keys } = useStore(shortcuts);
  const clicked = useClicked();
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    if (!on) return;
    const bound = shortcutActions.flatMap((action) => {
      const act = (event: KeyboardEvent) => {
        const play = latest.current[action];
        if (play === undefined || isForElement(event, clicked)) return;
        take(event);
        if (event.repeat) return;
        const release = play();
        if (typeof release === 'function') whenReleased(event.code, release);
      };
      // Before what has the focus is pressed with it.
      return bindingsOf(keys[action]).map((key) =>
        tinykeys(window, { [key]: act }, { capture: key.endsWith('Space') }),
      );
    });
    return () => {
      for (const unbind of bound) unbind();
    };
  }, [on, keys, clicked]);
}

/** Nobody else hears of it. */
function take(event: KeyboardEvent): void {
  event.preventDefault();
  event.stopPropagation();
}

/** A key that is let go in another window, below a menu of the browser, or on a Mac while Command is down, is not heard of: each of these lets it go as well. */
function whenReleased(code: string, release: () => void): void {
  const released = new AbortController();
  const { signal } = released;
  const end = () => released.abort();
  const early = { signal, capture: true };
  const letGo = (event: KeyboardEvent) => {
    if (event.code !== code) return;
    take(event);
    end();
  };
  signal.addEventListener('abort', release);
  addEventListener('keyup', letGo, early);
  addEventListener('keydown', ({ key }) => void (key === 'Meta' && end()), early);
  for (const lost of ['blur', 'contextmenu', 'visibilitychange']) addEventListener(lost, end, { signal });
}

function isForElement({ key, target }: KeyboardEvent, clicked: WeakSet<EventTarget>): boolean {
  if (!(target instanceof HTMLElement)) return true;
  // What was gone to by key is pressed with it, or scrolled. A click leaves the focus behind, and means nothing by it.
  if (key === ' ' && !target.matches('body, main') && !clicked.has(target)) return true;
  // What scrolls is scrolled.
  if (key.startsWith('Page') && target.closest('aside') !== null) return true;
  return (
    target.isContentEditable ||
    target.closest('input, textarea, select, [role=dialog], [role=alertdialog], [role=menu]') !== null
  );
}
