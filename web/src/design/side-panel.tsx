import type { ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import { cx } from '../lib/cx.ts';
import { Icon } from './icon.tsx';
import styles from './side-panel.module.css';

export interface SidePanelProps {
  title: string;
  onClose: () => void;
  children: ReactNode;
}

/** Stands beside the stage; over it where there is no room. */
export function SidePanel({ title, onClose, children }: SidePanelProps) {
  const { t, i18n } = useTranslation();
  return (
    <aside className={styles.panel} aria-label={title}>
      <header className={styles.header}>
        <h2>{title}</h2>
        <Button
          className={cx(styles.close)}
          aria-label={t('closeName', { name: i18n.language === 'en' ? title.toLowerCase() : title })}
          onPress={onClose}
        >
          <Icon name="close" size={18} />
        </Button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className={styles.content} aria-label={title} tabIndex={0}>
        {children}
      </section>
    </aside>
  );
}
