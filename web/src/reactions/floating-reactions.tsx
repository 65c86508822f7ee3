import type { Meeting } from '@canopy/client';
import { useEffect, useRef, useState } from 'react';
import styles from './reactions.module.css';

interface Floating {
  key: number;
  emoji: string;
  count: number;
  name: string;
}

const shownMs = 4_000;
/** More at once would hide the stage. */
const mostAtOnce = 24;

/** Emojis rise over the stage, or, for those who asked for less motion, stand there for a moment. */
export function FloatingReactions({ meeting }: { meeting: Meeting }) {
  const floating = useFloating(meeting);
  return (
    <div className={styles.floating} aria-hidden="true" data-testid="floating">
      {floating.map(({ key, emoji, count, name }) => (
        <span key={key} className={styles.rising} style={{ '--lane': key % 8 }}>
          {emoji}
          {count > 1 && <b>{count}</b>}
          {name !== '' && <small>{name}</small>}
        </span>
      ))}
    </div>
  );
}

function useFloating(meeting: Meeting): readonly Floating[] {
  const [floating, setFloating] = useState<readonly Floating[]>([]);
  const next = useRef(0);
  useEffect(() => {
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const stop = meeting.reactions.events.on('reacted', ({ participantId, name: told, counts }) => {
      const name = meeting.view.participants.get(participantId)?.name ?? told ?? '';
      const added = counts.map(({ emoji, count }) => ({ key: next.current++, emoji, count, name }));
      const keys = new Set(added.map(({ key }) => key));
      setFloating((now) => [...now, ...added].slice(-mostAtOnce));
      const timer = setTimeout(() => {
        timers.delete(timer);
        setFloating((now) => now.filter(({ key }) => !keys.has(key)));
      }, shownMs);
      timers.add(timer);
    });
    return () => {
      stop();
      for (const timer of timers) clearTimeout(timer);
    };
  }, [meeting]);
  return floating;
}
