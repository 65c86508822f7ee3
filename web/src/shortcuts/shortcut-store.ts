import { createStore } from 'zustand/vanilla';
import { readRemembered, remember } from '../lib/remembered.ts';
import { type KeyMap, keysFrom, type ShortcutAction, usualKeys, withKey } from './key-map.ts';

interface ShortcutState {
  /** Whoever speaks to the computer, or types by accident, turns them off. */
  on: boolean;
  keys: KeyMap;
}

const key = 'canopy.shortcuts';

function remembered(): ShortcutState {
  const { on, keys } = readRemembered<{ on?: boolean; keys?: Partial<Record<string, unknown>> }>(key, {});
  return { on: on !== false, keys: keysFrom(keys ?? {}) };
}

export const shortcuts = createStore<ShortcutState>(remembered);
shortcuts.subscribe((state) => remember(key, state));

export function setKey(action: ShortcutAction, pressed: string): void {
  shortcuts.setState(({ keys }) => ({ keys: withKey(keys, action, pressed) }));
}

export function restoreKeys(): void {
  shortcuts.setState({ keys: usualKeys });
}
