import { BreakoutPhase, type BreakoutPlace, type Breakouts as WireBreakouts } from '@canopy/proto/breakouts';
import type { Breakouts, Place } from '../../core/breakouts/breakouts.ts';
import type { Present } from './presence.ts';

const wirePhases = {
  prepared: BreakoutPhase.PREPARED,
  open: BreakoutPhase.OPEN,
  closed: BreakoutPhase.UNSPECIFIED,
} as const satisfies Record<Breakouts['phase'], BreakoutPhase>;

/** What everybody is told alike; prepared rooms only hosts. */
export function overviewOf(
  { meetingId, phase, selfChosen, rooms, closesAt }: Breakouts,
  toManager: boolean,
): WireBreakouts {
  const shown = phase === 'open' || (phase === 'prepared' && toManager);
  return {
    mainMeetingId: meetingId,
    phase: shown ? wirePhases[phase] : BreakoutPhase.UNSPECIFIED,
    selfChosen: shown && selfChosen,
    rooms: shown ? [...rooms] : [],
    closesAt: shown ? closesAt : undefined,
    now: 0,
    ownRoomId: '',
    places: [],
  };
}

/** Everybody who has a room or is in one of the meetings, and where it belongs. */
export function placesOf({ meetingId, rooms }: Breakouts, places: readonly Place[], present: Present): BreakoutPlace[] {
  const known = new Set(rooms.map(({ id }) => id));
  const placed = places.filter(({ roomId }) => known.has(roomId));
  const withRoom = new Set(placed.map(({ participantId }) => participantId));
  const others = [...present].filter(([id]) => !withRoom.has(id));
  return [
    ...placed.map(({ participantId, name, roomId, asksForHelp }) => {
      return { participantId, name, roomId, present: present.get(participantId)?.meetingId === roomId, asksForHelp };
    }),
    ...others.map(([participantId, { name, meetingId: where }]) => {
      return { participantId, name, roomId: '', present: where === meetingId, asksForHelp: false };
    }),
  ];
}
