import type { ReactNode } from 'react';
import { Logo } from './logo.tsx';
import styles from './message.module.css';

/** A page that says one thing. */
export function Message({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Logo />
      </header>
      <main className={styles.main}>
        <h1>{title}</h1>
        {text !== undefined && <p>{text}</p>}
        {children !== undefined && <div className={styles.actions}>{children}</div>}
      </main>
    </div>
  );
}
