import type { MeetingView } from '@canopy/client';
import styles from './connection-status.module.css';

/** One calm line while something is being repaired, and nothing otherwise. */
export function ConnectionStatus({ view }: { view: MeetingView }) {
  const text = statusText(view);
  return (
    <div className={styles.place} role="status">
      {text !== null && (
        <span className={styles.pill}>
          <span className={styles.dot} aria-hidden="true" />
          {text}
        </span>
      )}
    </div>
  );
}

function statusText({ connection, media }: MeetingView): string | null {
  if (connection === 'reconnecting') return 'Reconnecting… Sound and picture may go on meanwhile';
  if (media === 'interrupted') return 'Your connection is shaky. Restoring sound and picture…';
  return null;
}
