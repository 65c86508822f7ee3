import { type KeyboardEvent, type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeptFocus, useReturnedFocus } from '../lib/focus.ts';
import { IconButton } from './icon-button.tsx';
import styles from './side-panel.module.css';

export interface SidePanelProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** Stands beside the stage; over it where there is no room. Escape closes it, and the focus goes back to where it was. */
export function SidePanel({ title, onClose, children }: SidePanelProps) {
  const { t, i18n } = useTranslation();
  const panel = useRef<HTMLElement>(null);
  const content = useRef<HTMLElement>(null);
  useReturnedFocus(panel);
  useKeptFocus(content);

  function press({ key, target, nativeEvent, defaultPrevented }: KeyboardEvent): void {
    // Some fields, what is being composed, and what opens from there have their own use for it.
    const within = target instanceof HTMLElement && panel.current?.contains(target);
    if (key !== 'Escape' || !within || defaultPrevented || nativeEvent.isComposing) return;
    if (target.closest('input, select') === null) onClose();
  }

  return (
    <aside ref={panel} className={styles.panel} aria-label={title} onKeyDown={press}>
      <header className={styles.header}>
        <h2>{title}</h2>
        <IconButton
          icon="close"
          label={t('closeName', { name: i18n.language === 'en' ? title.toLowerCase() : title })}
          onPress={onClose}
        />
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section ref={content} className={styles.content} aria-label={title} tabIndex={0}>
        {children}
      </section>
    </aside>
  );
}
