import type { MeetingView } from '@canopy/client';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '../design/notice.tsx';
import styles from './connection-status.module.css';

/** What is repaired sooner is no news. */
const patienceMs = 1_000;

/** One calm line while something is being repaired for longer than a moment, and nothing otherwise. */
export function ConnectionStatus({ view }: { view: MeetingView }) {
  const { t } = useTranslation('meeting');
  const status = useLasting(statusOf(view));
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

/** The trouble there is, once there has been some for a while. */
function useLasting<Trouble>(trouble: Trouble | null): Trouble | null {
  const [lasts, setLasts] = useState(false);
  const isCalm = trouble === null;
  useEffect(() => {
    if (isCalm) return;
    const timer = setTimeout(() => setLasts(true), patienceMs);
    return () => {
      clearTimeout(timer);
      setLasts(false);
    };
  }, [isCalm]);
  return lasts ? trouble : null;
}

function statusOf({ connection, media }: MeetingView): 'reconnecting' | 'shaky' | null {
  if (connection === 'reconnecting') return 'reconnecting';
  if (media === 'interrupted') return 'shaky';
  return null;
}
