import { type ReactNode, useRef } from 'react';
import { useFocusHere } from '../lib/focus.ts';
import { usePageTitle } from '../lib/use-page-title.ts';
import { Logo } from './logo.tsx';
import styles from './message.module.css';

export interface MessageProps {
  title: string;
  text?: string;
  /** Says how it goes, and is read out when that changes. */
  status?: readonly string[];
  /** Set when it tells of an error. */
  errorCode?: string;
  testId?: string;
  children?: ReactNode;
}

/** A page that says one thing. */
export function Message({ title, text, status, errorCode, testId, children }: MessageProps) {
  const main = useRef<HTMLElement>(null);
  useFocusHere(main);
  usePageTitle(title);
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Logo />
      </header>
      <main ref={main} className={styles.main} tabIndex={-1} data-testid={testId}>
        <div
          className={styles.words}
          {...(errorCode === undefined
            ? {}
            : { role: 'alert', 'data-testid': 'error-message', 'data-code': errorCode })}
        >
          <h1>{title}</h1>
          {text !== undefined && <p>{text}</p>}
          {status !== undefined && (
            <div role="status">
              {status.map((line) => (
                <p key={line}>{line}</p>
              ))}
            </div>
          )}
        </div>
        {children !== undefined && <div className={styles.actions}>{children}</div>}
      </main>
    </div>
  );
}
