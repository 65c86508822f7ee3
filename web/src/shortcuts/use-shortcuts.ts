import { useEffect, useRef } from 'react';
import { tinykeys } from 'tinykeys';
import { useStore } from 'zustand';
import { bindingsOf, type ShortcutAction, shortcutActions } from './key-map.ts';
import { shortcuts } from './shortcut-store.ts';

/** Does what its key stands for, unless somebody types or a dialog is open. */
export function useShortcuts(actions: Readonly<Record<ShortcutAction, () => void>>): void {
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
        latest.current[action]();
      };
      return bindingsOf(keys[action]).map((binding) => [binding, act]);
    });
    return tinykeys(window, Object.fromEntries(bindings));
  }, [on, keys]);
}

function isForElement({ key, target, repeat }: KeyboardEvent): boolean {
  if (repeat || !(target instanceof HTMLElement)) return true;
  // What scrolls is scrolled.
  if (key.startsWith('Page') && target.closest('aside') !== null) return true;
  return (
    target.isContentEditable ||
    target.closest('input, textarea, select, [role=dialog], [role=alertdialog], [role=menu]') !== null
  );
}
