import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useApi } from '../lib/api-context.ts';
import { usePolled } from '../lib/use-polled.ts';
import styles from './edge-list.module.css';

/** How far an edge is emptied. */
export function DrainProgress({ edgeId, name }: { edgeId: string; name: string }) {
  const api = useApi();
  const { t } = useTranslation('operators');
  const { value } = usePolled(useCallback(() => api.getEdge(edgeId), [api, edgeId]));
  if (value === null) return null;
  const { state, sessions, movedSessions } = value;
  const all = sessions + movedSessions;
  return (
    <div data-testid="drain-progress">
      <progress
        className={styles.drain}
        aria-label={t('emptying', { name })}
        max={1}
        value={all === 0 ? 1 : movedSessions / all}
      />
      <p className={styles.facts}>
        {state === 'drained' ? t('empty') : t('movedOf', { count: movedSessions, left: sessions })}
      </p>
    </div>
  );
}
