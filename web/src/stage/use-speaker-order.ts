import { type MeetingView, Role } from '@canopy/client';
import { useEffect, useRef, useState } from 'react';
import { nobodyHeard, type SpeakerOrder, speakerOrder } from './speaker-order.ts';

const lookEveryMs = 400;

/** Follows who speaks; renders anew only when a place changed. */
export function useSpeakerOrder({ participants, activeSpeakers }: MeetingView, slots: number): SpeakerOrder {
  const [shown, setShown] = useState(nobodyHeard);
  const latest = useRef(nobodyHeard);
  useEffect(() => {
    const present = [...participants.values()].filter(({ role }) => role !== Role.ATTENDEE).map(({ id }) => id);
    const look = () => {
      const before = latest.current;
      const next = speakerOrder(before, present, activeSpeakers, slots, performance.now());
      latest.current = next;
      if (next.speaker !== before.speaker || next.order.join() !== before.order.join()) setShown(next);
    };
    look();
    if (activeSpeakers.size === 0) return;
    const timer = setInterval(look, lookEveryMs);
    return () => clearInterval(timer);
  }, [participants, activeSpeakers, slots]);
  return shown;
}
