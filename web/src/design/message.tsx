import type { ReactNode } from 'react';
import { useFocusHere } from '../lib/focus.ts';
import { usePageTitle } from '../lib/use-page-title.ts';
import { Logo } from './logo.tsx';
import styles from './message.module.css';

export interface MessageProps {
  title: string;
  text?: string;
  /** Set when it tells of an error. */
  errorCode?: string;
  testId?: string;
  children?: ReactNode;
}

/** A page that says one thing. */
export function Message({ title, text, errorCode, testId, children }: MessageProps) {
  const here = useFocusHere();
  usePageTitle(title);
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Logo />
      </header>
      <main ref={here} className={styles.main} tabIndex={-1} data-testid={testId}>
        <div
          className={styles.words}
          {...(errorCode === undefined
            ? {}
            : { role: 'alert', 'data-testid': 'error-message', 'data-code': errorCode })}
        >
          <h1>{title}</h1>
          {text !== undefined && <p>{text}</p>}
        </div>
        {children !== undefined && <div className={styles.actions}>{children}</div>}
      </main>
    </div>
  );
}
