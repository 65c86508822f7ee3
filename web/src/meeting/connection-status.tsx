import type { MeetingView } from '@canopy/client';
import { useTranslation } from 'react-i18next';
import { Notice } from '../design/notice.tsx';
import styles from './connection-status.module.css';

/** One calm line while something is being repaired, and nothing otherwise. */
export function ConnectionStatus({ view }: { view: MeetingView }) {
  const { t } = useTranslation('meeting');
  const status = statusOf(view);
  return (
    <div role="status">
      {status !== null && (
        <Notice quiet>
          <span className={styles.dot} aria-hidden="true" />
          <span>{t(status)}</span>
        </Notice>
      )}
    </div>
  );
}

function statusOf({ connection, media }: MeetingView): 'reconnecting' | 'shaky' | null {
  if (connection === 'reconnecting') return 'reconnecting';
  if (media === 'interrupted') return 'shaky';
  return null;
}
