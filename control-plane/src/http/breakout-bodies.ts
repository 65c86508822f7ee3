import { BreakoutPhase, type Breakouts } from '@canopy/proto/breakouts';
import { z } from 'zod';
import { breakoutLimits } from '../core/breakouts/breakouts.ts';

export const roomId = z.uuid();

/** Cleaned and cut to its limit later. */
export const breakoutText = z.string().min(1).max(4_000);

export const roomNames = z
  .array(breakoutText)
  .min(1)
  .max(breakoutLimits.rooms)
  .describe(`The rooms, in the order in which they are shown; of a name the first ${breakoutLimits.name} characters`);

export const breakoutsBody = z.object({
  phase: z.enum(['prepared', 'open']),
  selfChosen: z.boolean(),
  closesAt: z.iso.datetime().nullable(),
  rooms: z.array(z.object({ id: roomId, name: z.string() })),
  people: z
    .array(
      z.object({
        participantId: z.string(),
        name: z.string(),
        roomId: roomId.nullable().describe('null: the main meeting'),
        present: z.boolean().describe('false: on its way, or gone'),
        asksForHelp: z.boolean(),
      }),
    )
    .describe('Everybody who is there or has a room, and where they belong'),
});

export function toBreakoutsBody(told: Breakouts): z.output<typeof breakoutsBody> {
  const { phase, selfChosen, closesAt, rooms, places } = told;
  return {
    phase: phase === BreakoutPhase.OPEN ? 'open' : 'prepared',
    selfChosen,
    closesAt: closesAt === undefined ? null : new Date(closesAt).toISOString(),
    rooms,
    people: places.map(({ roomId: room, ...place }) => ({ ...place, roomId: room === '' ? null : room })),
  };
}
