import type { MeetingView } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import styles from './connection-status.module.css';

/** One calm line while something is being repaired, and nothing otherwise. */
export function ConnectionStatus({ view }: { view: MeetingView }) {
  const { t } = useTranslation('meeting');
  const status = statusOf(view);
  return (
    <div className={styles.place} role="status">
      {status !== null && (
        <span className={styles.pill}>
          <span className={styles.dot} aria-hidden="true" />
          {t(status)}
        </span>
      )}
    </div>
  );
}

function statusOf({ connection, media }: MeetingView): 'reconnecting' | 'shaky' | null {
  if (connection === 'reconnecting') return 'reconnecting';
  if (media === 'interrupted') return 'shaky';
  return null;
}
