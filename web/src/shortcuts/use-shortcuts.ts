import { useEffect, useRef } from 'react';
import { tinykeys } from 'tinykeys';
import { useStore } from 'zustand';
import { bindingsOf, type ShortcutAction, shortcutActions } from './key-map.ts';
import { shortcuts } from './shortcut-store.ts';

/** What a key does; what that returns is done once the key is let go. */
type Act = (() => void) | (() => (() => void) | undefined);

/** Does what its key stands for, unless somebody types or a dialog is open. */
export function useShortcuts(actions: Readonly<Record<ShortcutAction, Act>>): void {
  const { on, keys } = useStore(shortcuts);
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    if (!on) return;
    const bindings = shortcutActions.flatMap((action) => {
      const act = (event: KeyboardEvent) => {
        if (isForElement(event)) return;
        event.preventDefault();
        if (event.repeat) return;
        const release = latest.current[action]();
        if (typeof release === 'function') whenReleased(event.code, release);
      };
      return bindingsOf(keys[action]).map((binding) => [binding, act]);
    });
    return tinykeys(window, Object.fromEntries(bindings));
  }, [on, keys]);
}

/** A key that is let go in another window is not heard of. */
function whenReleased(code: string, release: () => void): void {
  const released = new AbortController();
  const { signal } = released;
  signal.addEventListener('abort', release);
  addEventListener('keyup', (event) => void (event.code === code && released.abort()), { signal, capture: true });
  addEventListener('blur', () => released.abort(), { signal });
}

function isForElement({ key, target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return true;
  // What has the focus is pressed with it, or scrolled.
  if (key === ' ' && !target.matches('body, main')) return true;
  // What scrolls is scrolled.
  if (key.startsWith('Page') && target.closest('aside') !== null) return true;
  return (
    target.isContentEditable ||
    target.closest('input, textarea, select, [role=dialog], [role=alertdialog], [role=menu]') !== null
  );
}
