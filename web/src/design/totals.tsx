import type { ReactNode } from 'react';
import styles from './totals.module.css';

/** Figures side by side. */
export function Totals({ children }: { children: ReactNode }) {
  return <dl className={styles.totals}>{children}</dl>;
}

export function Total({ label, value, note }: { label: string; value: string; note?: string }) {
  return (
    <div className={styles.total}>
      <dt>{label}</dt>
      <dd>
        {value}
        {note !== undefined && <small>{` · ${note}`}</small>}
      </dd>
    </div>
  );
}
