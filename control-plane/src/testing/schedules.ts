import { z } from 'zod';
import type { Visitor } from './visitor.ts';

export const scheduleView = z.object({
  id: z.string(),
  title: z.string(),
  recurrence: z.string().nullable(),
  sequence: z.number(),
  status: z.string(),
  links: z.object({ guest: z.string(), host: z.string(), calendar: z.string() }),
  occurrences: z.array(
    z.object({
      meetingId: z.string(),
      title: z.string(),
      startTime: z.string(),
      status: z.string(),
      overridden: z.boolean(),
    }),
  ),
});

type ScheduleView = z.output<typeof scheduleView>;

/** One meeting, before clocks change in Europe. */
export const inBerlin = { title: 'Weekly', timeZone: 'Europe/Berlin', start: '2037-03-23T10:00' };

/** Three of them; the second is after the change. */
export const weekly = { ...inBerlin, recurrence: 'FREQ=WEEKLY;COUNT=3' };

export async function planned(host: Visitor, request: object): Promise<ScheduleView> {
  const { status, body } = await host.ask('POST', '/v1/schedules', request);
  if (status !== 201) throw new Error(`not planned: ${JSON.stringify(body)}`);
  return scheduleView.parse(body);
}

/** When meetings begin that are not cancelled. */
export const startsOf = ({ occurrences }: ScheduleView): string[] =>
  occurrences.filter(({ status }) => status === 'scheduled').map(({ startTime }) => startTime);
