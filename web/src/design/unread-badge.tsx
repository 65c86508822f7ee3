import styles from './unread-badge.module.css';

export interface UnreadBadgeProps {
  count: number;
  /** What the count says, for who cannot see where it stands. */
  label: string;
  testId: string;
}

/** How many things wait to be looked at; nothing if none do. */
export function UnreadBadge({ count, label, testId }: UnreadBadgeProps) {
  if (count === 0) return null;
  return (
    <>
      <span className={styles.badge} aria-hidden="true" data-testid={testId}>
        {count > 99 ? '99+' : count}
      </span>
      <span className="visually-hidden">{label}</span>
    </>
  );
}
