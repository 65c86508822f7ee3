import { CanopyError } from '@canopy/runtime/errors';
import { canManage, type RoleName } from '../meeting/roles.ts';

export const breakoutLimits = {
  rooms: 50,
  /** People with a room, of one meeting. */
  assigned: 1_000,
  /** Characters. */
  name: 64,
  /** Characters of a host's words to all rooms. */
  broadcast: 500,
  timerSeconds: 24 * 60 * 60,
} as const;

export interface BreakoutRoom {
  /** The id of its meeting. */
  id: string;
  name: string;
}

/** The breakout rooms of one meeting. Times are Unix ms. */
export interface Breakouts {
  /** The main meeting. */
  meetingId: string;
  /** Closed: everybody is on the way back, or there. */
  phase: 'prepared' | 'open' | 'closed';
  selfChosen: boolean;
  /** In the order in which they are shown. */
  rooms: readonly BreakoutRoom[];
  closesAt: number | undefined;
}

/** Somebody who has a room. */
export interface Place {
  participantId: string;
  name: string;
  roomId: string;
  asksForHelp: boolean;
}

/** The meeting where somebody belongs at present. */
export function belongsTo({ meetingId, phase, rooms }: Breakouts, place: Pick<Place, 'roomId'> | undefined): string {
  const room = phase === 'open' ? rooms.find(({ id }) => id === place?.roomId) : undefined;
  return room?.id ?? meetingId;
}

/** Errors: BREAKOUT_ROOM_NOT_FOUND. */
export function requireRoom({ rooms }: Breakouts, roomId: string): void {
  if (!rooms.some(({ id }) => id === roomId)) throw new CanopyError('BREAKOUT_ROOM_NOT_FOUND');
}

/** Whether somebody may go to a room by itself; back to the main meeting ('') always. */
export function mayChoose({ phase, selfChosen }: Breakouts, roomId: string, role: RoleName): boolean {
  return roomId === '' || (phase === 'open' && (selfChosen || canManage(role)));
}
