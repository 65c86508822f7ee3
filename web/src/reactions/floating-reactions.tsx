import type { Meeting, MeetingView, RaisedHand } from '@canopy/client';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './reactions.module.css';
import { useHands } from './use-hands.ts';

interface Floating {
  key: number;
  emoji: string;
  count: number;
  name: string;
}

const shownMs = 4_000;
/** More at once would hide the stage. */
const mostAtOnce = 24;

/** Emojis rise over the stage, or, for those who asked for less motion, stand there for a moment. A raised hand is said aloud. */
export function FloatingReactions({ meeting, view }: { meeting: Meeting; view: MeetingView }) {
  const { t } = useTranslation('reactions');
  const floating = useFloating(meeting);
  const raisedBy = useNewHand(useHands(meeting), view.self.participantId);
  return (
    <>
      <div className={styles.floating} aria-hidden="true" data-testid="floating">
        {floating.map(({ key, emoji, count, name }) => (
          <span key={key} className={styles.rising} style={{ '--lane': key % 8 }}>
            {emoji}
            {count > 1 && <b>{count}</b>}
            {name !== '' && <small>{name}</small>}
          </span>
        ))}
      </div>
      <div className="visually-hidden" role="status">
        {raisedBy !== null && t('raisedBy', { name: raisedBy })}
      </div>
    </>
  );
}

/** Who of the others raised a hand last, while it is up. One that was up before others were lowered is no news. */
function useNewHand(hands: readonly RaisedHand[], selfId: string): string | null {
  const known = useRef<ReadonlySet<string>>(new Set());
  const [newest, setNewest] = useState<RaisedHand | null>(null);
  useEffect(() => {
    const fresh = hands.filter(({ participantId }) => participantId !== selfId && !known.current.has(participantId));
    known.current = new Set(hands.map(({ participantId }) => participantId));
    setNewest((before) => fresh.at(-1) ?? hands.find((hand) => hand.participantId === before?.participantId) ?? null);
  }, [hands, selfId]);
  return newest?.name ?? null;
}

function useFloating(meeting: Meeting): readonly Floating[] {
  const [floating, setFloating] = useState<readonly Floating[]>([]);
  const next = useRef(0);
  useEffect(() => {
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const stop = meeting.reactions.events.on('reacted', ({ participantId, counts }) => {
      const name = meeting.view.participants.get(participantId)?.name ?? '';
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
