import type { ReactNode } from 'react';
import { cx } from '../lib/cx.ts';
import styles from './notice.module.css';

export interface NoticeProps {
  /** One calm line that asks for nothing. */
  quiet?: boolean;
  testId?: string;
  children: ReactNode;
  /** Buttons. */
  actions?: ReactNode;
}

/** Something to be noticed, over the stage. Stands in an element with a role, so that it is read out. */
export function Notice({ quiet = false, testId, children, actions }: NoticeProps) {
  return (
    <div className={cx(styles.notice, quiet && styles.quiet)} data-testid={testId}>
      <div className={styles.words}>{children}</div>
      {Boolean(actions) && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
