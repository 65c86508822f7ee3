import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Button } from '../design/button.tsx';
import { Check } from '../design/check.tsx';
import { keyOf, namedKeys, type ShortcutAction, shortcutActions } from '../shortcuts/key-map.ts';
import { restoreKeys, setKey, shortcuts } from '../shortcuts/shortcut-store.ts';
import styles from './settings-dialog.module.css';

/** The help sheet for the keys, where they can be changed and turned off as well (WCAG 2.1.4). `wanted`: it takes the focus, which brings it into sight. */
export function ShortcutSettings({ wanted }: { wanted: boolean }) {
  const { t } = useTranslation('settings');
  const { on, keys } = useStore(shortcuts);
  const sheet = useRef<HTMLFieldSetElement>(null);
  const [waiting, setWaiting] = useState<ShortcutAction | null>(null);
  const taken = useRef<string>(null);

  useEffect(() => {
    if (!wanted) return;
    sheet.current?.focus({ preventScroll: true });
    sheet.current?.scrollIntoView();
  }, [wanted]);

  function words(key: string): string {
    const parts = key.split('+').map((part) => {
      const named = namedKeys.find((each) => each === part);
      return named === undefined ? part : t(`keys.${named}`);
    });
    return parts.join(' + ');
  }

  function take(event: KeyboardEvent): void {
    // It was let go unheard, such as over a menu of the window.
    if (event.code === taken.current && !event.repeat) taken.current = null;
    if (waiting === null) return;
    const leaves = event.key === 'Escape' || event.key === 'Tab';
    if (leaves) setWaiting(null);
    // The dialog stays open.
    if (event.key === 'Escape') event.stopPropagation();
    const pressed = keyOf(event);
    if (pressed === null) return;
    event.preventDefault();
    event.stopPropagation();
    taken.current = event.code;
    setKey(waiting, pressed);
    setWaiting(null);
  }

  /** Some browsers press a button when Space is let go on it. */
  function letGo(event: KeyboardEvent): void {
    if (event.code !== taken.current) return;
    taken.current = null;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <fieldset
      ref={sheet}
      className={styles.section}
      tabIndex={-1}
      onKeyDownCapture={take}
      onKeyUpCapture={letGo}
      data-testid="shortcuts"
    >
      <legend>{t('shortcuts')}</legend>
      <Check
        label={t('shortcutsOn')}
        on={on}
        testId="shortcuts-on"
        onChange={(checked) => shortcuts.setState({ on: checked })}
      />
      <ul className={styles.keys}>
        {shortcutActions.map((action) => (
          <li key={action}>
            <span>{t(action)}</span>
            <Button
              aria-label={
                waiting === action ? t('press') : t('change', { action: t(action), key: words(keys[action]) })
              }
              data-testid={`key-${action}`}
              onPress={() => setWaiting(action)}
            >
              <kbd>{waiting === action ? t('press') : words(keys[action])}</kbd>
            </Button>
          </li>
        ))}
      </ul>
      <Button onPress={restoreKeys}>{t('restore')}</Button>
    </fieldset>
  );
}
