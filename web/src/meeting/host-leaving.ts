import { type MeetingView, type Participant, Role } from '@canopy/client';
import { inOrder } from './people-order.ts';

/** What becomes of a meeting whose only host leaves it. */
export interface HostLeaving {
  /** Who can be made host before, cohosts first; without programs, and those who are away. */
  heirs: Participant[];
  /** One of them is a cohost: the meeting has a host again as soon as this one is gone. */
  hasSuccessor: boolean;
}

/** Null: whoever leaves is no host, there is another one, or nobody stays. */
export function hostLeaving({ self, participants, attendeeCount }: MeetingView): HostLeaving | null {
  if (self.role !== Role.HOST) return null;
  const others = [...participants.values()].filter(({ id }) => id !== self.participantId);
  if (others.length === 0 && attendeeCount === 0) return null;
  const heirs = others.filter(({ connected, bare }) => connected && bare !== true);
  if (heirs.some(({ role }) => role === Role.HOST)) return null;
  return {
    heirs: inOrder(heirs, self.participantId),
    hasSuccessor: heirs.some(({ role }) => role === Role.COHOST),
  };
}
