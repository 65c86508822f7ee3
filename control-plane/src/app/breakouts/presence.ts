import type { Breakouts } from '../../core/breakouts/breakouts.ts';
import { type RoleName, roleOfWire } from '../../core/meeting/roles.ts';
import type { MeetingStateStore } from '../session/meeting-state-store.ts';

/** Who is in a meeting or one of its rooms and could go to another, by participant id. */
export type Present = ReadonlyMap<string, { name: string; role: RoleName; meetingId: string }>;

/** Errors: STATE_UNAVAILABLE. */
export async function presentIn(
  store: Pick<MeetingStateStore, 'everybody'>,
  { meetingId: main, rooms }: Breakouts,
): Promise<Present> {
  const inEach = await Promise.all(
    [main, ...rooms.map(({ id }) => id)].map(async (meetingId) => {
      const people = await store.everybody(meetingId);
      return people
        .filter(({ bare }) => bare !== true)
        .map(({ id, name, role }) => [id, { name, role: roleOfWire(role), meetingId }] as const);
    }),
  );
  return new Map(inEach.flat());
}
