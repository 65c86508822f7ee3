import type { MeetingView } from '@canopy/client';
import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { placesOf } from './places.ts';
import { nobodyHeard, type SpeakerOrder, speakerOrder } from './speaker-order.ts';
import { stage } from './stage-store.ts';

const lookEveryMs = 400;

/** Follows who speaks; renders anew only when a place changed. */
export function useSpeakerOrder({ participants, self, activeSpeakers }: MeetingView, perPage: number): SpeakerOrder {
  const [shown, setShown] = useState(nobodyHeard);
  const latest = useRef(nobodyHeard);
  const showSelf = useStore(stage, (choice) => choice.showSelf);
  const selfId = self.participantId;
  useEffect(() => {
    const { present, slots } = placesOf({ participants, selfId, showSelf, perPage });
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
  }, [participants, selfId, activeSpeakers, perPage, showSelf]);
  return shown;
}
