/** What can be done with a key. */
export const shortcutActions = [
  'toggleMicrophone',
  'toggleCamera',
  'pushToTalk',
  'toggleHand',
  'toggleChat',
  'toggleLayout',
  'nextPage',
  'previousPage',
  'help',
] as const;

export type ShortcutAction = (typeof shortcutActions)[number];
/** Keys in the notation of tinykeys, such as `Shift+?`. */
export type KeyMap = Readonly<Record<ShortcutAction, string>>;

export const usualKeys: KeyMap = {
  toggleMicrophone: 'm',
  toggleCamera: 'v',
  pushToTalk: 'Space',
  toggleHand: 'h',
  toggleChat: 'c',
  toggleLayout: 'l',
  nextPage: 'PageDown',
  previousPage: 'PageUp',
  help: '?',
};

/** Keys that each language has a word for; others are known by their sign. */
export const namedKeys = [
  'Control',
  'Space',
  'PageUp',
  'PageDown',
  'Home',
  'End',
  'Insert',
  'Delete',
  'Backspace',
  'ArrowUp',
  'ArrowDown',
  'ArrowLeft',
  'ArrowRight',
] as const;

/** The map with another key for an action. Whoever had that key gets the one that is free now: no key does two things, and everything has one. */
export function withKey(keys: KeyMap, action: ShortcutAction, key: string): KeyMap {
  const holder = shortcutActions.find((each) => keys[each] === key);
  return { ...keys, ...(holder !== undefined && { [holder]: keys[action] }), [action]: key };
}

/** A key that was pressed to be used from now on; null for those that only modify others, and those the page itself needs. */
export function keyOf({
  key,
  ctrlKey,
  altKey,
  metaKey,
}: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey'>): string | null {
  const reserved = [
    'Shift',
    'Control',
    'Alt',
    'Meta',
    'Tab',
    'Enter',
    'Escape',
    'Dead',
    'Process',
    'Unidentified',
    '+',
  ];
  if (reserved.includes(key) || metaKey) return null;
  const modifiers = [ctrlKey && 'Control', altKey && 'Alt'].filter(Boolean);
  return [...modifiers, key === ' ' ? 'Space' : key].join('+');
}

/** What tinykeys is to listen for: signs such as `?` come with Shift on some keyboards, and without on others. */
export function bindingsOf(key: string): string[] {
  const sign = key.split('+').at(-1) ?? '';
  return /^[^\p{L}\p{N}]$/u.test(sign) ? [key, `Shift+${key}`] : [key];
}

/** Remembered keys as far as they still mean something. */
export function keysFrom(remembered: Partial<Record<string, unknown>>): KeyMap {
  return shortcutActions.reduce<KeyMap>((keys, action) => {
    const key = remembered[action];
    return typeof key === 'string' && key !== '' ? withKey(keys, action, key) : keys;
  }, usualKeys);
}
