import { useCallback } from 'react';
import { api } from '../lib/api.ts';
import { count } from '../lib/format.ts';
import { usePolled } from '../lib/use-polled.ts';
import styles from './edge-list.module.css';

/** How far an edge is emptied. */
export function DrainProgress({ edgeId, name }: { edgeId: string; name: string }) {
  const { value } = usePolled(useCallback(() => api.getEdge(edgeId), [edgeId]));
  if (value === null) return null;
  const { state, sessions, movedSessions } = value;
  const all = sessions + movedSessions;
  return (
    <div data-testid="drain-progress">
      <progress
        className={styles.drain}
        aria-label={`${name} is emptied`}
        max={1}
        value={all === 0 ? 1 : movedSessions / all}
      />
      <p className={styles.facts}>
        {state === 'drained' ? 'Empty' : `${count(movedSessions, 'person', 'people')} moved, ${sessions} to go`}
      </p>
    </div>
  );
}
