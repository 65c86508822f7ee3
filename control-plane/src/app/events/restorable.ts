import type { MeetingState } from '../../core/meeting/state.ts';
import { type LiveSession, recordOf } from '../session/live-session.ts';
import type { Restorable } from '../session/meeting-state-store.ts';

/**
 * Whom a replica puts back after the store lost its memory, of the state it knew and the sessions connected to it. Everybody,
 * those on other replicas too: left out, they would seem to leave and come, and their media would stop. Of those who
 * are counted only who is connected here; the others are put back by the replicas that hold them.
 */
export function restorableOf(state: MeetingState, sessions: readonly LiveSession[]): Restorable[] {
  const here = new Set(sessions.map(({ participantId }) => participantId));
  const places = new Map(state.hands.map(({ participantId }, index) => [participantId, index + 1]));
  const lasting = (id: string) => ({
    tracks: state.tracks.filter((track) => track.participantId === id),
    handPlace: places.get(id),
  });
  const elsewhere = state.participants
    .filter(({ id }) => !here.has(id))
    .map((participant) => ({ participant, ...lasting(participant.id) }));
  const known = new Map(state.participants.map((participant) => [participant.id, participant]));
  const held = sessions.map((session) => {
    const connection = { id: session.connectionId, resumeHash: session.resumeHash };
    // What was said of it beside is known to the state alone.
    const listed = known.get(session.participantId);
    const participant = { ...listed, ...recordOf(session) };
    return {
      participant,
      ...(listed === undefined && { counted: true as const }),
      ...lasting(participant.id),
      held: { session: session.media, connection },
    };
  });
  return [...elsewhere, ...held];
}
